//! Which connections a command is about: those of the config file, or one given by flags for this call only.

use std::error::Error;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::domain::{ApiType, Auth, Connection, Problem, ProblemKind, Secret, rules};
use crate::text;

/// Flags that change a connection, or make one for this call.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Connection")]
pub struct ConnectionFlags {
    /// Use this API without a connection in the config file; in `connection add` and `edit`, the API of the connection
    #[arg(long, global = true, value_name = "ID", value_parser = api_id)]
    pub api_id: Option<String>,
    /// The kind of that API
    #[arg(long, global = true, value_name = "TYPE", ignore_case = true, value_parser = one_of::<ApiType>(["http", "rest"]))]
    pub api_type: Option<ApiType>,
    /// Take the credentials from this AWS profile
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Ask this region
    #[arg(long, global = true, value_name = "REGION", value_parser = checked(rules::region))]
    pub region: Option<String>,
    /// Refuse every write
    #[arg(long, global = true)]
    pub read_only: bool,
    /// The code that an MFA device shows now, for a role that wants one; without it the terminal asks
    #[arg(long, global = true, value_name = "CODE", value_parser = mfa_code)]
    pub mfa_code: Option<Secret>,
}

/// One of these words and nothing else, so that shells can complete it.
pub(super) fn one_of<T>(words: impl IntoIterator<Item = &'static str>) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err: Into<Box<dyn Error + Send + Sync>>> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(words).try_map(|word| word.parse())
}

fn mfa_code(text: &str) -> Result<Secret, String> {
    checked(rules::mfa_code)(text).map(Secret::new)
}

fn api_id(text: &str) -> Result<String, String> {
    let given = (!text.is_empty()).then_some(text).ok_or("it is empty")?;
    checked(rules::api_id)(given)
}

/// A text that the rule finds right; its error says what would be.
pub(super) fn checked(
    rule: fn(&str) -> Result<(), &'static str>,
) -> impl Fn(&str) -> Result<String, String> + Clone + Send + Sync {
    move |text| rule(text).map(|()| text.to_owned()).map_err(|expected| format!("write {expected}"))
}

/// A name that a connection may have.
pub(super) fn nickname(text: &str) -> Result<String, String> {
    rules::nickname(text).map(|()| text.to_owned())
}

/// What a connection made by flags takes from its surroundings.
pub struct Surroundings<'a> {
    /// The credentials without `--profile`.
    pub auth: Auth,
    /// The region without `--region`, given the profile.
    pub region: &'a dyn Fn(Option<&str>) -> Result<String, Problem>,
}

/// All connections that can be used now, with the flags applied to those that are named.
pub fn available(
    configured: Vec<Connection>,
    named: &[String],
    flags: &ConnectionFlags,
    surroundings: &Surroundings,
) -> Result<Vec<Connection>, Problem> {
    if flags.api_id.is_some() != flags.api_type.is_some() {
        return Err(usage(
            "--api-id and --api-type belong together",
            "HTTP and REST APIs are asked in different ways.",
        )
        .advise("Give both: --api-id ID --api-type http, or --api-type rest."));
    }
    if let (Some(id), Some(api_type)) = (&flags.api_id, flags.api_type) {
        if let Some(nickname) = named.first() {
            let what = format!("--api-id and the connection {} exclude each other", text::sanitise(nickname));
            return Err(usage(what, "").advise("Give one of the two."));
        }
        return Ok(vec![for_this_call(id, api_type, flags, surroundings)?]);
    }
    if named.is_empty() && (flags.profile.is_some() || flags.region.is_some()) {
        let what = "--profile and --region need to know which connection they are for";
        return Err(usage(what, "An API lives in one region and one account.")
            .advise("Name a connection, or an API with --api-id and --api-type."));
    }
    let mut connections = configured;
    for nickname in named {
        let known = connections.iter_mut().find(|connection| connection.nickname == *nickname);
        if let Some(connection) = known {
            change(connection, flags);
        } else {
            return Err(unknown(nickname, &connections));
        }
    }
    for connection in &mut connections {
        connection.read_only |= flags.read_only;
    }
    Ok(connections)
}

/// Those of the connections that are named, in the order of the command line; all when none is.
pub fn named(connections: Vec<Connection>, nicknames: &[String]) -> Vec<Connection> {
    if nicknames.is_empty() {
        return connections;
    }
    let mut chosen: Vec<Connection> = Vec::new();
    for nickname in nicknames {
        let twice = chosen.iter().any(|connection| connection.nickname == *nickname);
        let found = connections.iter().find(|connection| connection.nickname == *nickname);
        chosen.extend(found.filter(|_| !twice).cloned());
    }
    chosen
}

/// The one connection that a command is about: the one named, or the only one there is.
pub fn only(mut connections: Vec<Connection>, command: &str) -> Result<Connection, Problem> {
    match (connections.pop(), connections.is_empty()) {
        (Some(connection), true) => Ok(connection),
        (None, _) => Err(usage("There is no connection to ask", "")
            .advise(format!("Give an API: apigw {command} --api-id ID --api-type http --region REGION"))),
        _ => Err(usage("It is not clear which connection is meant", "There are several.")
            .advise(format!("Name one: apigw {command} NICKNAME"))
            .advise("List them: apigw connection list")),
    }
}

fn change(connection: &mut Connection, flags: &ConnectionFlags) {
    if let Some(profile) = &flags.profile {
        connection.auth = Auth::Profile(profile.clone());
    }
    if let Some(region) = &flags.region {
        connection.region.clone_from(region);
    }
}

fn for_this_call(
    id: &str,
    api_type: ApiType,
    flags: &ConnectionFlags,
    surroundings: &Surroundings,
) -> Result<Connection, Problem> {
    let profile = flags.profile.as_deref();
    let region = match &flags.region {
        Some(region) => region.clone(),
        None => (surroundings.region)(profile)?,
    };
    let auth = profile.map_or_else(|| surroundings.auth.clone(), |name| Auth::Profile(name.to_owned()));
    Ok(Connection { read_only: flags.read_only, ..Connection::new(id, api_type, id, region, auth) })
}

/// The connection of that nickname.
pub fn find<'a>(connections: &'a [Connection], nickname: &str) -> Result<&'a Connection, Problem> {
    let found = connections.iter().find(|connection| connection.nickname == nickname);
    found.ok_or_else(|| unknown(nickname, connections))
}

/// A problem for a nickname that nobody has; a mistyped command looks just like one.
fn unknown(nickname: &str, connections: &[Connection]) -> Problem {
    let what = format!("There is no connection `{}`", text::sanitise(nickname));
    let nicknames = || connections.iter().map(|connection| connection.nickname.as_str());
    let problem = match text::nearest(nickname, nicknames()).as_slice() {
        [] if connections.is_empty() => {
            usage(what, "There are no connections at all.").advise("Add one: apigw connection add NICKNAME")
        }
        [] => usage(what, "").advise(format!("Known are: {}.", nicknames().collect::<Vec<_>>().join(", "))),
        near => usage(what, "").advise(format!("Did you mean {}?", near.join(" or "))),
    };
    match text::nearest(nickname, super::command_names().iter().map(String::as_str)).first() {
        Some(command) => problem.advise(format!("There is a command: apigw {command}")),
        None => problem,
    }
}

/// A problem with what was typed.
pub(super) fn usage(what: impl Into<String>, why: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::Usage, what, why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use std::path::Path;

    fn configured() -> Vec<Connection> {
        let one = |nickname: &str| {
            format!(
                "[connections.{nickname}]\napi_type = \"http\"\napi_id = \"a1\"\nregion = \"eu-west-1\"\nenvironment = true\n"
            )
        };
        let text = ["orders", "orders-staging", "billing"].map(one).concat();
        config::Config::parse(Path::new("config.toml"), &text).unwrap().connections
    }

    fn chosen(names: &[&str], flags: &ConnectionFlags) -> Result<Vec<Connection>, Problem> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let region = |profile: Option<&str>| match profile {
            Some("dev") => Ok("us-east-1".to_owned()),
            _ => Err(usage("No region is set", "")),
        };
        let surroundings = Surroundings { auth: Auth::Environment, region: &region };
        Ok(named(available(configured(), &names, flags, &surroundings)?, &names))
    }

    fn nicknames(connections: &[Connection]) -> Vec<&str> {
        connections.iter().map(|connection| connection.nickname.as_str()).collect()
    }

    #[test]
    fn without_names_all_are_meant_and_with_names_those_once() {
        let none = ConnectionFlags::default();
        assert_eq!(nicknames(&chosen(&[], &none).unwrap()), ["orders", "orders-staging", "billing"]);
        let some = chosen(&["billing", "orders", "billing"], &none).unwrap();
        assert_eq!(nicknames(&some), ["billing", "orders"]);
    }

    #[test]
    fn an_unknown_nickname_is_told_with_the_nearest_ones_and_commands() {
        let told = |name: &str| chosen(&[name], &ConnectionFlags::default()).unwrap_err().advice.join("\n");
        assert_eq!(told("order"), "Did you mean orders or orders-staging?");
        assert_eq!(told("zzz"), "Known are: orders, orders-staging, billing.");
        assert!(told("staus").contains("There is a command: apigw status"), "{}", told("staus"));
    }

    #[test]
    fn flags_change_the_named_connection_only() {
        let flags = ConnectionFlags {
            profile: Some("dev".into()),
            region: Some("us-west-2".into()),
            read_only: true,
            ..ConnectionFlags::default()
        };
        let names = ["orders".to_owned()];
        let surroundings = Surroundings { auth: Auth::Environment, region: &|_| Err(usage("", "")) };
        let all = available(configured(), &names, &flags, &surroundings).unwrap();
        assert_eq!((&all[0].auth, all[0].region.as_str()), (&Auth::Profile("dev".into()), "us-west-2"));
        assert_eq!((&all[2].auth, all[2].region.as_str()), (&Auth::Environment, "eu-west-1"));
        assert!(all.iter().all(|connection| connection.read_only));
        assert_eq!(chosen(&[], &flags).unwrap_err().kind, ProblemKind::Usage);
    }

    #[test]
    fn an_api_given_by_its_id_needs_nothing_but_a_region() {
        let flags = |region: Option<&str>, profile: Option<&str>| ConnectionFlags {
            api_id: Some("x9".into()),
            api_type: Some(ApiType::Rest),
            region: region.map(str::to_owned),
            profile: profile.map(str::to_owned),
            ..ConnectionFlags::default()
        };
        let given = chosen(&[], &flags(Some("eu-west-1"), None)).unwrap();
        assert_eq!((given[0].nickname.as_str(), &given[0].auth), ("x9", &Auth::Environment));
        let of_profile = chosen(&[], &flags(None, Some("dev"))).unwrap();
        assert_eq!(of_profile[0].region, "us-east-1");
        assert_eq!(chosen(&[], &flags(None, None)).unwrap_err().what, "No region is set");
        assert!(chosen(&["orders"], &flags(None, None)).is_err());
    }

    #[test]
    fn a_connection_need_not_be_named_when_there_is_but_one() {
        let connections = crate::cli::samples::connections();
        assert_eq!(only(connections[..1].to_vec(), "deployments").unwrap().nickname, "orders-prod");
        assert_eq!(only(connections, "deployments").unwrap_err().exit_code(), 2);
        assert_eq!(only(Vec::new(), "deployments").unwrap_err().exit_code(), 2);
    }
}
