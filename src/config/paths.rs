//! Where apigw keeps its files: the XDG directories, on macOS too.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::domain::{Problem, ProblemKind};

/// Paths of one user's files; nothing is made by asking for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Settings and connections.
    pub config: PathBuf,
    /// Secrets of access keys, always beside the config file.
    pub credentials: PathBuf,
    /// What may be deleted at any time.
    pub cache_dir: PathBuf,
    /// What was done from this machine.
    pub history_dir: PathBuf,
}

impl Paths {
    /// The user's paths; `config` stands in for the config file of the XDG directory. Fails without a home directory.
    pub fn find(config: Option<&Path>) -> Result<Self, Problem> {
        let strategy = etcetera::choose_base_strategy().map_err(|error| {
            Problem::new(ProblemKind::Local, "Cannot find your home directory", error.to_string())
                .advise("Set the environment variable HOME.")
        })?;
        let config = match config {
            Some(file) => file.to_owned(),
            None => strategy.config_dir().join("apigw").join("config.toml"),
        };
        Ok(Self {
            credentials: config.with_file_name("credentials.toml"),
            config,
            cache_dir: strategy.cache_dir().join("apigw"),
            history_dir: strategy
                .state_dir()
                .unwrap_or_else(|| strategy.data_dir())
                .join("apigw")
                .join("history"),
        })
    }
}

/// A path as people write it in the config file: `~/` is the home directory, and relative means beside that file.
pub(super) fn written(path: &str, config: &Path) -> PathBuf {
    let home = || etcetera::home_dir().ok();
    match (path, path.strip_prefix("~/")) {
        ("~", _) => home().unwrap_or_else(|| PathBuf::from(path)),
        (_, Some(rest)) => home().map_or_else(|| PathBuf::from(path), |home| home.join(rest)),
        _ => config.parent().unwrap_or(Path::new("")).join(path),
    }
}

/// A path as [`written`] reads it back: relative below the config file's folder, with `~/` below the home directory, else
/// absolute.
pub(super) fn shortened(path: &Path, config: &Path) -> PathBuf {
    let path = path.to_str().map_or_else(|| path.to_owned(), |path| written(path, config));
    let folder = config.parent().unwrap_or(Path::new(""));
    if let Ok(beside) = path.strip_prefix(folder) {
        return beside.to_owned();
    }
    match etcetera::home_dir().ok().and_then(|home| path.strip_prefix(home).ok()) {
        Some(below) => Path::new("~").join(below),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_lie_beside_the_config_file() {
        let paths = Paths::find(Some(Path::new("/etc/team/apigw.toml"))).unwrap();
        assert_eq!(paths.config, Path::new("/etc/team/apigw.toml"));
        assert_eq!(paths.credentials, Path::new("/etc/team/credentials.toml"));
    }

    #[test]
    fn a_written_path_is_relative_to_the_config_file() {
        let config = Path::new("/etc/team/apigw.toml");
        assert_eq!(written("api/orders.yaml", config), Path::new("/etc/team/api/orders.yaml"));
        assert_eq!(written("/srv/orders.yaml", config), Path::new("/srv/orders.yaml"));
        let home = etcetera::home_dir().unwrap();
        assert_eq!(written("~/orders.yaml", config), home.join("orders.yaml"));
    }

    #[test]
    fn a_path_is_written_so_that_it_is_read_back() {
        let config = Path::new("/etc/team/apigw.toml");
        let home = etcetera::home_dir().unwrap();
        for (path, expected) in [
            (PathBuf::from("/etc/team/api/orders.yaml"), "api/orders.yaml"),
            (home.join("src/orders.yaml"), "~/src/orders.yaml"),
            (PathBuf::from("/srv/orders.yaml"), "/srv/orders.yaml"),
            (PathBuf::from("~/orders.yaml"), "~/orders.yaml"),
            (PathBuf::from("../orders.yaml"), "../orders.yaml"),
        ] {
            let text = shortened(&path, config);
            assert_eq!(text, Path::new(expected));
            assert_eq!(
                written(text.to_str().unwrap(), config),
                written(path.to_str().unwrap(), config),
                "{expected}"
            );
        }
    }
}
