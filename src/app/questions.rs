//! The ledger of reads under way. "Loading" is read from here and nowhere else.

use jiff::Timestamp;

use super::{Effect, Question, QuestionId, Slot};

/// Open questions, oldest first.
#[derive(Debug, Default)]
pub struct Questions {
    last_id: u64,
    open: Vec<Open>,
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
}

impl Questions {
    /// Asks, and gives up the question that had the same slot.
    pub fn ask(&mut self, question: Question, now: Timestamp) -> Vec<Effect> {
        let slot = question.slot();
        let mut effects = self.abandon(|open| open.slot == slot);
        self.last_id += 1;
        let id = QuestionId(self.last_id);
        self.open.push(Open { id, slot, question: question.clone(), asked_at: now, progress: None });
        effects.push(Effect::Ask(id, question));
        effects
    }

    /// Gives up every question that matches.
    pub fn abandon(&mut self, matches: impl Fn(&Open) -> bool) -> Vec<Effect> {
        let (given_up, kept) = self.open.drain(..).partition(|open| matches(open));
        self.open = kept;
        let given_up: Vec<Open> = given_up;
        given_up.into_iter().map(|open| Effect::Abandon(open.id)).collect()
    }

    /// Takes a question out because its answer is here; `None` when nobody waits for it any more.
    pub fn close(&mut self, id: QuestionId) -> Option<Open> {
        let index = self.open.iter().position(|open| open.id == id)?;
        Some(self.open.remove(index))
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
    fn another_slot_is_left_alone() {
        let mut questions = Questions::default();
        questions.ask(stages("a"), NOW);
        let other = questions.ask(Question::Deployments("a".into()), NOW);
        assert_eq!(other.len(), 1);
        assert!(questions.find(&Slot::Stages("a".into())).is_some());
    }
}
