//! The ledger of reads and writes under way. "Loading" is read from here and nowhere else.

use jiff::Timestamp;

use super::{Effect, Question, QuestionId, Slot};

/// Open questions, oldest first.
#[derive(Debug, Default)]
pub struct Questions {
    last_id: u64,
    open: Vec<Open>,
    /// Who asks the next ones.
    asker: Asker,
}

/// Who wants to know. What a person asked for may ask the person something in return; a timer's question never does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asker {
    /// A key, a paste or a click.
    Person,
    /// The start of the program, the time, or the terminal.
    #[default]
    Timer,
}

/// A question that waits for its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// Its id.
    pub id: QuestionId,
    /// Where the answer goes.
    pub slot: Slot,
    /// The question itself.
    pub question: Question,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// Items read so far, where the read tells.
    pub progress: Option<usize>,
    /// Who asked.
    pub asker: Asker,
}

impl Questions {
    /// From now on questions are asked on behalf of `asker`.
    pub fn ask_for(&mut self, asker: Asker) {
        self.asker = asker;
    }

    /// Asks, and gives up the question that had the same slot. While a write has the slot, nothing is asked.
    pub fn ask(&mut self, question: Question, now: Timestamp) -> Vec<Effect> {
        let slot = question.slot();
        if self.find(&slot).is_some_and(|open| open.question.is_write()) {
            return Vec::new();
        }
        let mut effects = self.abandon(|open| open.slot == slot);
        self.last_id += 1;
        let id = QuestionId(self.last_id);
        let open =
            Open { id, slot, question: question.clone(), asked_at: now, progress: None, asker: self.asker };
        self.open.push(open);
        effects.push(Effect::Ask(id, question));
        effects
    }

    /// Gives up every question that matches, but for writes.
    pub fn abandon(&mut self, matches: impl Fn(&Open) -> bool) -> Vec<Effect> {
        let (given_up, kept) =
            self.open.drain(..).partition(|open| !open.question.is_write() && matches(open));
        self.open = kept;
        let given_up: Vec<Open> = given_up;
        given_up.into_iter().map(|open| Effect::Abandon(open.id)).collect()
    }

    /// Takes a question out because its answer is here; `None` when nobody waits for it any more.
    pub fn close(&mut self, id: QuestionId) -> Option<Open> {
        let index = self.open.iter().position(|open| open.id == id)?;
        Some(self.open.remove(index))
    }

    /// Who asked the question of that id.
    pub fn asker_of(&self, id: QuestionId) -> Asker {
        self.open.iter().find(|open| open.id == id).map(|open| open.asker).unwrap_or_default()
    }

    /// The write under way.
    pub fn writing(&self) -> Option<&Open> {
        self.open.iter().find(|open| open.question.is_write())
    }

    /// The reads under way, oldest first.
    pub fn reads(&self) -> impl Iterator<Item = &Open> {
        self.open.iter().filter(|open| !open.question.is_write())
    }

    /// Notes progress; false when nobody waits for it any more.
    pub fn progress(&mut self, id: QuestionId, items: usize) -> bool {
        let open = self.open.iter_mut().find(|open| open.id == id);
        open.map(|open| open.progress = Some(items)).is_some()
    }

    /// The question that waits for this slot.
    pub fn find(&self, slot: &Slot) -> Option<&Open> {
        self.open.iter().find(|open| &open.slot == slot)
    }

    /// Every open question, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Open> {
        self.open.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Edit;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn stages(nickname: &str) -> Question {
        Question::Stages(nickname.to_owned())
    }

    #[test]
    fn asking_again_supersedes_and_the_late_reply_is_nobodys() {
        let mut questions = Questions::default();
        let first = QuestionId(1);
        assert_eq!(questions.ask(stages("a"), NOW), [Effect::Ask(first, stages("a"))]);
        let again = questions.ask(stages("a"), NOW);
        assert_eq!(again, [Effect::Abandon(first), Effect::Ask(QuestionId(2), stages("a"))]);
        assert_eq!(questions.close(first), None);
        assert!(!questions.progress(first, 7));
        assert!(questions.close(QuestionId(2)).is_some());
        assert_eq!(questions.iter().count(), 0);
    }

    #[test]
    fn a_write_is_neither_superseded_nor_given_up() {
        let mut questions = Questions::default();
        let remove = |nickname: &str| Question::Save(Edit::Remove { nickname: nickname.into() });
        questions.ask(remove("a"), NOW);
        assert_eq!(questions.ask(remove("b"), NOW), []);
        assert_eq!(questions.abandon(|_| true), []);
        assert_eq!(questions.close(QuestionId(1)).map(|open| open.question), Some(remove("a")));
    }

    #[test]
    fn another_slot_is_left_alone() {
        let mut questions = Questions::default();
        questions.ask(stages("a"), NOW);
        let other = questions.ask(Question::Deployments("a".into()), NOW);
        assert_eq!(other.len(), 1);
        assert!(questions.find(&Slot::Stages("a".into())).is_some());
    }
}
