//! `apigw connection add --discover`: every API of an account in a region, and a connection for each that is picked.

use serde_json::{Value, json};

use super::add::AddArgs;
use super::{Asked, Saved};
use crate::cli::choice::{ConnectionFlags, usage};
use crate::cli::compose::Composed;
use crate::cli::output::{self, Format, Reader};
use crate::cli::person;
use crate::cli::table::{self, Cell, Column, Shrink};
use crate::domain::{
    AccessKey, Api, ApiType, Connection, Edit, Identity, Login, Problem, ProblemKind, SessionKey,
    nickname_for,
};
use crate::text;

/// An API that was found, and the connection that it has or could have.
#[derive(Clone, Debug, PartialEq)]
struct Found {
    api: Api,
    /// The nickname of its connection, or the one that a new connection would get.
    nickname: String,
    saved: bool,
}

/// Lists the APIs, and saves connections for those that are picked.
pub fn run(composed: &Composed, args: &AddArgs, flags: &ConnectionFlags) -> Result<u8, Problem> {
    if let Some(nickname) = &args.nickname {
        let what = format!("--discover adds several connections, and {nickname} is one name");
        return Err(usage(what, "Their nicknames come from the names of the APIs.")
            .advise("Leave it out, or add one connection with --api-id."));
    }
    if flags.api_id.is_some() {
        return Err(
            usage("--discover finds the APIs itself", "").advise("Write --pick ID in place of --api-id.")
        );
    }
    let auth = args.required_auth(flags)?;
    let region = composed.region_asked(flags)?;
    let access_key = args.credentials.access_key(&auth)?;
    let mut draft = Connection::new("", ApiType::Http, "", region, auth);
    draft.read_only = flags.read_only;
    args.settings.apply(&mut draft)?;
    composed.sign_in(std::slice::from_ref(&draft))?;
    let types = flags.api_type.map_or(vec![ApiType::Http, ApiType::Rest], |api_type| vec![api_type]);
    let (identity, apis) = ask(composed, &draft, access_key.clone(), &types)?;
    let found = found(apis, &composed.connections, &draft);
    let Some(picked) = pick(composed, args, &found)? else {
        match composed.reader {
            Reader::Program => output::print(&output::json_text(&json(&found, &identity)))?,
            Reader::Person => {
                output::print(&page(&found, &draft.region, &composed.format))?;
                output::note(&["Nothing is saved. Add some: --pick ID,ID or --all".to_owned()]);
            }
        }
        return Ok(0);
    };
    if picked.is_empty() {
        return Err(Problem::new(ProblemKind::Cancelled, "Nothing was picked, and nothing is saved", ""));
    }
    let connections: Vec<Connection> =
        picked.iter().map(|found| connection(found, &draft, &identity)).collect();
    let edit = Edit::Add { connections: connections.clone(), access_key };
    composed.runtime.block_on(composed.engine.save(edit))?;
    Saved { connections, asked: Asked::Verified(identity), made_up: None }.tell(composed)
}

/// Whose credentials they are, and the APIs of these types. One type that cannot be listed hides no other.
fn ask(
    composed: &Composed,
    draft: &Connection,
    access_key: Option<AccessKey>,
    types: &[ApiType],
) -> Result<(Identity, Vec<Api>), Problem> {
    let login =
        Login { session: SessionKey { auth: draft.auth.clone(), region: draft.region.clone() }, access_key };
    let engine = &composed.engine;
    composed.runtime.block_on(async {
        let identity = engine.login_identity(&login).await?;
        let (mut apis, mut problems) = (Vec::new(), Vec::new());
        for api_type in types {
            match engine.login_apis(&login, *api_type, |_| ()).await {
                Ok(of_type) => apis.extend(of_type),
                Err(problem) => problems.push(problem),
            }
        }
        match problems.pop() {
            Some(problem) if apis.is_empty() => return Err(problem),
            Some(problem) => output::note(&output::problem_lines(&problem, composed.format.problem_ink)),
            None => {}
        }
        Ok((identity, apis))
    })
}

/// Gives each API the nickname of its connection, or one that is free.
fn found(apis: Vec<Api>, saved: &[Connection], draft: &Connection) -> Vec<Found> {
    let mut taken: Vec<String> = saved.iter().map(|connection| connection.nickname.clone()).collect();
    let mut found = Vec::new();
    for api in apis {
        let same = |connection: &&Connection| {
            (connection.api_type, &connection.api_id, &connection.region)
                == (api.api_type, &api.id, &draft.region)
        };
        let known = saved.iter().find(same).map(|connection| connection.nickname.clone());
        let saved = known.is_some();
        let nickname = known.unwrap_or_else(|| nickname_for(&api.name, &api.id, &taken));
        taken.push(nickname.clone());
        found.push(Found { api, nickname, saved });
    }
    found
}

fn connection(found: &Found, draft: &Connection, identity: &Identity) -> Connection {
    Connection {
        nickname: found.nickname.clone(),
        api_type: found.api.api_type,
        api_id: found.api.id.clone(),
        account: Some(identity.account.clone()),
        ..draft.clone()
    }
}

/// The APIs to add; `None` when nobody says which.
fn pick<'a>(
    composed: &Composed,
    args: &AddArgs,
    found: &'a [Found],
) -> Result<Option<Vec<&'a Found>>, Problem> {
    if args.all {
        return Ok(Some(found.iter().filter(|found| !found.saved).collect()));
    }
    if !args.pick.is_empty() {
        return by_id(&args.pick, found).map(Some);
    }
    let asked = composed.reader == Reader::Person && !found.is_empty() && person::is_there();
    if !asked {
        return Ok(None);
    }
    output::print(&numbered(found, &composed.format))?;
    loop {
        let answer = person::line("Which? Numbers such as 1,3-5, or all; nothing for none:")?;
        match picked(&answer, found) {
            Ok(picked) => return Ok(Some(picked)),
            Err(expected) => output::note(&[expected]),
        }
    }
}

fn by_id<'a>(ids: &[String], found: &'a [Found]) -> Result<Vec<&'a Found>, Problem> {
    let mut picked: Vec<&Found> = Vec::new();
    for id in ids {
        let Some(api) = found.iter().find(|found| found.api.id == *id) else {
            let known: Vec<&str> = found.iter().map(|found| found.api.id.as_str()).collect();
            return Err(usage(format!("There is no API {} here", text::sanitise(id)), "Nothing is saved.")
                .advise(format!("There are: {}.", known.join(", "))));
        };
        if api.saved {
            return Err(usage(
                format!("The API {id} has a connection already, {}", api.nickname),
                "Nothing is saved.",
            )
            .advise("Leave it out, or give it another with `apigw connection duplicate`."));
        }
        if !picked.contains(&api) {
            picked.push(api);
        }
    }
    Ok(picked)
}

/// Those that an answer means, counted from one: `2`, `1,3-5`, `all`; none for an empty answer.
fn picked<'a>(answer: &str, found: &'a [Found]) -> Result<Vec<&'a Found>, String> {
    if answer.eq_ignore_ascii_case("all") {
        return Ok(found.iter().filter(|found| !found.saved).collect());
    }
    let expected = || format!("Write numbers from 1 to {}, such as 1,3-5, or all.", found.len());
    let number = |word: &str| {
        let number = word.trim().parse::<usize>().ok();
        number.filter(|number| (1..=found.len()).contains(number)).ok_or_else(expected)
    };
    let mut picked: Vec<&Found> = Vec::new();
    for word in answer.split([',', ' ']).filter(|word| !word.is_empty()) {
        let (first, last) = word.split_once('-').unwrap_or((word, word));
        for at in number(first)?..=number(last)? {
            let Some(one) = found.get(at - 1) else { return Err(expected()) };
            if one.saved {
                return Err(format!("{at} has a connection already, {}.", text::sanitise(&one.nickname)));
            }
            if !picked.contains(&one) {
                picked.push(one);
            }
        }
    }
    Ok(picked)
}

/// What was found as JSON; `connection` is the nickname of the connection that an API has, `nickname` the one it would get.
fn json(found: &[Found], identity: &Identity) -> Value {
    let apis = found.iter().map(|Found { api, nickname, saved }| {
        json!({
            "id": api.id,
            "name": api.name,
            "type": api.api_type.as_str(),
            "nickname": Some(nickname).filter(|_| !saved),
            "connection": Some(nickname).filter(|_| *saved),
        })
    });
    json!({
        "apis": apis.collect::<Vec<_>>(),
        "identity": { "account": identity.account, "arn": identity.arn },
        "saved": [],
    })
}

const COLUMNS: [Column; 5] = [
    Column::numbers("#"),
    Column::words("TYPE"),
    Column::words("ID"),
    Column::words("NAME").shrinking(Shrink::End(12)),
    Column::words("CONNECTION").shrinking(Shrink::End(12)),
];

/// The APIs for a person who picks some by their ids.
fn page(found: &[Found], region: &str, format: &Format) -> String {
    if found.is_empty() {
        return format!("There are no APIs in {}.\n", text::sanitise(region));
    }
    table_of(&COLUMNS[1..], found, format, |_| None)
}

/// The APIs for a person who picks some by their numbers.
fn numbered(found: &[Found], format: &Format) -> String {
    table_of(&COLUMNS, found, format, |index| Some(Cell::new((index + 1).to_string())))
}

fn table_of(
    columns: &[Column],
    found: &[Found],
    format: &Format,
    number: impl Fn(usize) -> Option<Cell>,
) -> String {
    let row = |(index, Found { api, nickname, saved }): (usize, &Found)| {
        let connection = if *saved { nickname.clone() } else { format!("new: {nickname}") };
        let cells = [
            Cell::new(api.api_type.label()),
            Cell::new(&api.id),
            Cell::new(&api.name),
            Cell::new(connection),
        ];
        number(index).into_iter().chain(cells).collect()
    };
    let rows: Vec<Vec<Cell>> = found.iter().enumerate().map(row).collect();
    table::lines(columns, &rows, format.width, format.ink).join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::samples::{api, connections, format};

    fn all() -> Vec<Found> {
        let saved = connections();
        let draft = Connection::new("", ApiType::Http, "", "eu-west-1", saved[2].auth.clone());
        let apis = [
            ("a1b2c3d4e5", "orders"),
            ("b1", "my shop\u{1b}"),
            ("b2", "status"),
            ("b3", "billing"),
            ("b4", ""),
        ];
        let apis = apis.map(|(id, name)| Api { id: id.into(), ..api(&saved[0], name) });
        found(apis.to_vec(), &saved, &draft)
    }

    #[test]
    fn nicknames_come_from_names_and_are_valid_and_free() {
        let found = all();
        let nicknames: Vec<&str> = found.iter().map(|found| found.nickname.as_str()).collect();
        assert_eq!(nicknames, ["orders-prod", "my-shop", "status-2", "billing-2", "b4"]);
        assert_eq!(found.iter().filter(|found| found.saved).count(), 1);
    }

    #[test]
    fn an_answer_is_numbers_ranges_or_all() {
        let found = all();
        let ids = |answer: &str| {
            picked(answer, &found)
                .map(|picked| picked.iter().map(|one| one.api.id.clone()).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(ids("2"), Ok("b1".into()));
        assert_eq!(ids("2-4, 3"), Ok("b1 b2 b3".into()));
        assert_eq!(ids("ALL"), Ok("b1 b2 b3 b4".into()));
        assert_eq!(ids(""), Ok(String::new()));
        for wrong in ["0", "6", "x", "2-", "-2", "2-9"] {
            assert!(ids(wrong).unwrap_err().contains("1 to 5"), "{wrong}");
        }
        assert!(ids("1").unwrap_err().contains("orders-prod"));
    }

    #[test]
    fn apis_are_shown_with_the_nicknames_they_would_get() {
        insta::assert_snapshot!(numbered(&all(), &format(80)));
    }
}
