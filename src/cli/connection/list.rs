//! `apigw connection list`: the connections of the config file.

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::compose::Composed;
use crate::cli::output::{self, Format, Reader};
use crate::cli::status::api_json;
use crate::cli::table::{self, Cell, Column, Shrink};
use crate::domain::{Auth, Connection, Problem};

/// Lists the connections; asks AWS nothing.
pub fn run(composed: &Composed) -> Result<u8, Problem> {
    match (composed.reader, composed.connections.as_slice()) {
        (Reader::Program, connections) => output::print(&output::json_text(&json(connections)))?,
        (Reader::Person, []) => output::note(&none_yet(composed.config_file.as_deref())),
        (Reader::Person, connections) => output::print(&page(connections, &composed.format))?,
    }
    Ok(0)
}

/// The connections as JSON, in the config file's order.
pub fn json(connections: &[Connection]) -> Value {
    json!({ "connections": connections.iter().map(connection_json).collect::<Vec<_>>() })
}

pub(super) fn connection_json(connection: &Connection) -> Value {
    let thresholds = &connection.thresholds;
    json!({
        "nickname": connection.nickname,
        "api": api_json(connection, None),
        "auth": auth_json(&connection.auth),
        "account": connection.account,
        "protected": connection.protected,
        "read_only": connection.read_only,
        "schema": connection.schema.as_ref().map(|path| path.display().to_string()),
        "refresh_seconds": connection.refresh.map(|refresh| refresh.as_secs()),
        "thresholds": {
            "degraded_5xx": thresholds.degraded_5xx,
            "failing_5xx": thresholds.failing_5xx,
            "degraded_4xx": thresholds.degraded_4xx,
            "failing_4xx": thresholds.failing_4xx,
            "degraded_latency_ms": thresholds.degraded_latency_ms,
            "failing_latency_ms": thresholds.failing_latency_ms,
            "min_errors": thresholds.min_errors,
        },
    })
}

/// The source of the credentials, with the config file's keys; what does not apply is left out.
fn auth_json(auth: &Auth) -> Value {
    match auth {
        Auth::Environment => json!({ "environment": true }),
        Auth::Profile(name) => json!({ "profile": name }),
        Auth::Role(role) => json!({
            "role_arn": role.arn,
            "external_id": role.external_id,
            "source_profile": role.source_profile,
            "mfa_serial": role.mfa_serial,
            "role_session_name": role.session_name,
            "role_duration_seconds": role.duration_seconds,
        }),
        Auth::AccessKey { id } => json!({ "access_key_id": id }),
    }
}

const COLUMNS: [Column; 6] = [
    Column::words("NICKNAME").shrinking(Shrink::End(12)),
    Column::words("TYPE"),
    Column::words("API").shrinking(Shrink::Middle(10)),
    Column::words("REGION"),
    Column::words("AUTH").shrinking(Shrink::End(12)),
    Column::words("WRITES"),
];

/// The connections for a person.
pub fn page(connections: &[Connection], format: &Format) -> String {
    let rows: Vec<_> = connections.iter().map(row).collect();
    table::lines(&COLUMNS, &rows, format.width, format.ink).join("\n") + "\n"
}

fn row(connection: &Connection) -> Vec<Cell> {
    let writes = match (connection.read_only, connection.protected) {
        (true, _) => "refused",
        (_, true) => "protected",
        _ => "asked",
    };
    vec![
        Cell::new(&connection.nickname),
        Cell::new(connection.api_type.label()),
        Cell::new(&connection.api_id),
        Cell::new(&connection.region),
        Cell::new(connection.auth.label()),
        Cell::new(writes),
    ]
}

/// What to say when there is no connection yet.
fn none_yet(config: Option<&Path>) -> Vec<String> {
    let Some(config) = config else {
        return vec!["This scenario has no APIs.".to_owned()];
    };
    let text = format!(
        "No connections yet. Add one: apigw connection add NICKNAME --api-type http --api-id ID --profile NAME\n\
         Or find the APIs of an account: apigw connection add --discover --profile NAME\n\
         Or write it into {}:\n\n\
         \x20 [connections.orders]\n\
         \x20 api_type = \"http\"\n\
         \x20 api_id = \"a1b2c3d4e5\"\n\
         \x20 region = \"eu-west-1\"\n\
         \x20 profile = \"dev\"\n\n\
         Without a file: apigw status --api-id ID --api-type http --region REGION\n\
         Without AWS: apigw demo",
        config.display()
    );
    text.lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::output::json_text;
    use crate::cli::samples::{connections, format};

    #[test]
    fn the_json_holds_what_the_config_file_says() {
        insta::assert_snapshot!(json_text(&json(&connections()[..2])));
    }

    #[test]
    fn the_table_says_how_writes_are_treated() {
        insta::assert_snapshot!(page(&connections(), &format(80)));
    }

    #[test]
    fn the_connection_to_add_is_one_that_loads() {
        let lines = none_yet(Some(Path::new("config.toml")));
        let toml: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("  ")).collect();
        let config = crate::config::Config::parse(Path::new("config.toml"), &toml.join("\n")).unwrap();
        assert_eq!(config.connections.len(), 1);
    }
}
