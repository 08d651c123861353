//! A person's home with AWS files, and the embedded AWS on a socket.

use std::fs;
use std::process::{Command, Output};
use std::sync::Arc;

use apigw::sim::{self, Cloud, Scenario, demo};
use jiff::Timestamp;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;

/// The embedded AWS on a socket, and a home with AWS files.
pub struct Setting {
    pub cloud: Arc<Cloud>,
    pub url: String,
    pub home: TempDir,
}

impl Setting {
    /// The AWS files of the demo's user and what the test adds to them.
    pub async fn new(profiles: &str) -> Self {
        let cloud = Arc::new(Cloud::new(Scenario::Demo, 7, Arc::new(Timestamp::now)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(sim::serve(Arc::clone(&cloud), listener));
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join(".aws")).unwrap();
        fs::write(home.path().join(".aws/config"), demo::config_file() + profiles).unwrap();
        Self { cloud, url, home }
    }

    /// A config file with the connection `orders` alone; `lines` say where its credentials come from.
    pub fn write_connection(&self, lines: &str) {
        self.write_connections(&[("orders", lines)]);
    }

    /// A config file with these of the demo's connections.
    pub fn write_connections(&self, connections: &[(&str, &str)]) {
        let folder = self.home.path().join(".config/apigw");
        fs::create_dir_all(&folder).unwrap();
        let table = |(nickname, lines): &(&str, &str)| {
            let (api_type, id) = match *nickname {
                "billing" => ("rest", demo::BILLING_API_ID),
                _ => ("http", demo::ORDERS_API_ID),
            };
            let region = demo::REGION;
            format!(
                "[connections.{nickname}]\napi_type = \"{api_type}\"\napi_id = \"{id}\"\nregion = \"{region}\"\n{lines}"
            )
        };
        fs::write(folder.join("config.toml"), connections.iter().map(table).collect::<String>()).unwrap();
    }

    /// Runs the program as the person whose home this is.
    pub fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_apigw"));
        command.args(arguments).args(["--endpoint-url", &self.url]);
        command.env_clear().env("HOME", self.home.path()).env("AWS_EC2_METADATA_DISABLED", "true");
        command.envs(variables.iter().copied()).output().unwrap()
    }

    /// The whole report, with this choice of credentials.
    pub fn report(&self, choice: &[&str], variables: &[(&str, &str)]) -> Value {
        let output = self.run(&[&["status", "--json"], choice].concat(), variables);
        let told = String::from_utf8_lossy(&output.stderr);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no report: {told}"))
    }

    /// The report on `orders`.
    pub fn status(&self, choice: &str, variables: &[(&str, &str)]) -> Value {
        let choice: Vec<&str> = choice.split_whitespace().collect();
        self.report(&choice, variables)["connections"][0].clone()
    }

    pub fn of_profile(&self, name: &str) -> Value {
        let (id, region) = (demo::ORDERS_API_ID, demo::REGION);
        self.status(&format!("--api-type http --api-id {id} --region {region} --profile {name}"), &[])
    }

    pub fn assumed(&self) -> usize {
        self.cloud.requests().iter().filter(|seen| seen.operation == "AssumeRole").count()
    }
}
