//! The embedded AWS as the command line knows it: its flags, its connections, and serving it on loopback.
//!
//! The only file of this room that names `sim`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;

use super::choice::{one_of, usage};
use super::output;
use crate::domain::{AccessKey, ApiType, Auth, Connection, Problem, ProblemKind, RoleAuth, Secret};
use crate::sim::{self, Cloud, Fault, Held, Scenario, What, demo};

/// Flags of the embedded AWS.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Embedded AWS")]
pub struct EmbeddedFlags {
    /// Run the command on the embedded AWS, with its own connections and none of your files
    #[arg(long, global = true)]
    pub demo: bool,
    /// What it holds
    #[arg(long, global = true, value_name = "NAME", value_parser = one_of::<Scenario>(["demo", "large", "empty"]))]
    scenario: Option<Scenario>,
    /// Another number makes other ids and other traffic
    #[arg(long, global = true, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Make it fail: throttle, denied, expired, 503, reset, hang, truncated, garbage, partial, conflict, lost, half or
    /// deployment-failed, with :OPERATION and :TIMES behind it if wanted; may be given several times
    #[arg(long, global = true, value_name = "FAULT")]
    fault: Vec<Fault>,
    /// Delay every answer, by 300ms or 2s
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration)]
    latency: Option<Duration>,
}

fn duration(text: &str) -> Result<Duration, String> {
    let parsed = text.parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    parsed.ok_or_else(|| "write a number with its unit, such as 300ms or 2s".to_owned())
}

impl EmbeddedFlags {
    /// These flags change the embedded AWS alone; on the real one they would be ignored without a word.
    pub fn refuse_without_demo(&self) -> Result<(), Problem> {
        let given = [
            ("--scenario", self.scenario.is_some()),
            ("--seed", self.seed.is_some()),
            ("--fault", !self.fault.is_empty()),
            ("--latency", self.latency.is_some()),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((flag, _)) => Err(usage(format!("{flag} is for the embedded AWS only"), "")
                .advise("Add --demo, or use it with: apigw demo")),
            None => Ok(()),
        }
    }

    /// The embedded AWS that the flags describe, at the present time.
    pub fn cloud(&self) -> Cloud {
        let scenario = self.scenario.unwrap_or_default();
        let cloud = Cloud::new(scenario, self.seed.unwrap_or(1), Arc::new(Timestamp::now));
        if let Some(latency) = self.latency {
            cloud.inject(Fault::new(What::Latency(latency)));
        }
        for fault in &self.fault {
            cloud.inject(fault.clone());
        }
        cloud
    }
}

/// Who asks the embedded AWS when nothing else is said.
pub fn access_key() -> Auth {
    Auth::AccessKey { id: demo::ACCESS_KEY_ID.to_owned() }
}

/// The region that the embedded AWS is asked in when nothing else is said.
pub const REGION: &str = demo::REGION;

/// That key with its secret, which opens nothing.
pub fn key() -> AccessKey {
    AccessKey {
        id: demo::ACCESS_KEY_ID.to_owned(),
        secret: Secret::new(demo::SECRET.to_owned()),
        session_token: None,
    }
}

/// The APIs that the list begins with.
const FIRST: [&str; 2] = [demo::ORDERS_API_ID, demo::BILLING_API_ID];

/// A connection for every API of the cloud: HTTP APIs through a role, REST APIs with an access key.
pub fn connections(cloud: &Cloud) -> Vec<Connection> {
    let mut apis = cloud.apis();
    let place = |held: &Held| FIRST.iter().position(|id| held.id == *id).unwrap_or(FIRST.len());
    apis.sort_by_key(place);
    let mut connections: Vec<Connection> = Vec::new();
    for held in apis {
        let twin = connections.iter().any(|connection| connection.nickname == held.name);
        let nickname = if twin { format!("{}-{}", held.name, held.id) } else { held.name.clone() };
        connections.push(connection(nickname, held));
    }
    connections
}

fn connection(nickname: String, held: Held) -> Connection {
    let role = Auth::Role(RoleAuth {
        arn: demo::ROLE_ARN.to_owned(),
        external_id: Some(demo::EXTERNAL_ID.to_owned()),
        ..RoleAuth::default()
    });
    let api_type = if held.rest { ApiType::Rest } else { ApiType::Http };
    let auth = if held.rest { access_key() } else { role };
    Connection {
        account: Some(demo::ACCOUNT_ID.to_owned()),
        protected: held.id == demo::ORDERS_API_ID,
        read_only: held.id == demo::LEGACY_API_ID,
        ..Connection::new(nickname, api_type, held.id, held.region, auth)
    }
}

/// Serves the embedded AWS until SIGINT or SIGTERM; says where on stdout as soon as it can be asked.
pub fn listen(flags: &EmbeddedFlags, address: SocketAddr) -> Result<u8, Problem> {
    if !address.ip().is_loopback() {
        return Err(usage(
            format!("Will not listen on {}", address.ip()),
            "The embedded AWS checks no signature.",
        )
        .advise("Listen on this machine alone: --listen 127.0.0.1:0"));
    }
    let failed = |error: std::io::Error| {
        Problem::new(ProblemKind::Local, format!("Cannot listen on {address}"), error.to_string())
            .advise("Let the system pick a free port: --listen 127.0.0.1:0")
    };
    let cloud = Arc::new(flags.cloud());
    super::compose::runtime()?.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let ended = ended().map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        output::print(&format!("http://{bound}\n"))?;
        tokio::select! {
            served = sim::serve(cloud, listener) => served.map_err(failed)?,
            () = ended => {}
        }
        Ok(0)
    })
}

/// Ends on SIGINT or SIGTERM, heard from the moment this returns.
#[cfg(unix)]
fn ended() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn ended() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rules;

    fn flags(scenario: Scenario) -> EmbeddedFlags {
        EmbeddedFlags { demo: true, scenario: Some(scenario), seed: None, fault: Vec::new(), latency: None }
    }

    #[test]
    fn the_demo_has_connections_of_both_types_with_different_credentials() {
        let connections = connections(&flags(Scenario::Demo).cloud());
        let nicknames: Vec<&str> =
            connections.iter().map(|connection| connection.nickname.as_str()).collect();
        assert!(nicknames.starts_with(&["orders", "billing"]), "{nicknames:?}");
        for nickname in ["inventory", "legacy", "reports"] {
            assert!(nicknames.contains(&nickname), "{nicknames:?}");
        }
        assert!(nicknames.iter().all(|nickname| rules::nickname(nickname).is_ok()));
        assert!(connections.iter().any(|connection| matches!(connection.auth, Auth::Role(_))));
        assert!(connections.iter().any(|connection| connection.auth == access_key()));
    }

    #[test]
    fn the_large_scenario_has_a_connection_for_each_api_and_the_empty_one_none() {
        assert_eq!(connections(&flags(Scenario::Large).cloud()).len(), 30);
        assert_eq!(connections(&flags(Scenario::Empty).cloud()), []);
    }

    #[test]
    fn the_embedded_aws_listens_to_this_machine_alone() {
        let problem = listen(&flags(Scenario::Empty), "0.0.0.0:0".parse().unwrap()).unwrap_err();
        assert_eq!(problem.exit_code(), 2);
    }

    #[test]
    fn a_duration_needs_its_unit() {
        assert_eq!(duration("300ms"), Ok(Duration::from_millis(300)));
        assert!(duration("300").is_err() && duration("-2s").is_err());
    }
}
