//! The table `[settings]`: what holds for every connection.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::source::Section;
use crate::domain::Problem;

/// Keys of `[settings]`.
pub(super) const KEYS: [&str; 6] =
    ["refresh_seconds", "requests_per_second", "attempt_timeout_seconds", "mouse", "color", "ascii"];

/// Settings with the defaults that `config.example.toml` shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// How often the screen asks again by itself, 5 seconds to a day; zero means never.
    pub refresh: Duration,
    /// Control-plane requests a second at most, 0.1 to 10. The account shares 10 among everybody.
    pub requests_per_second: f64,
    /// How long one attempt of one request may take, 1 second to 2 minutes.
    pub attempt_timeout: Duration,
    /// Whether the screen takes the mouse.
    pub mouse: bool,
    /// When to use colour.
    pub color: ColorChoice,
    /// Draw with ASCII alone, for terminals without line-drawing characters.
    pub ascii: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            refresh: Duration::from_mins(1),
            requests_per_second: 4.0,
            attempt_timeout: Duration::from_secs(10),
            mouse: true,
            color: ColorChoice::Auto,
            ascii: false,
        }
    }
}

impl Settings {
    pub(super) fn read(section: &Section) -> Result<Self, Problem> {
        let default = Self::default();
        Ok(Self {
            refresh: refresh(section)?.unwrap_or(default.refresh),
            requests_per_second: section
                .number("requests_per_second", 0.1..=10.0)?
                .unwrap_or(default.requests_per_second),
            attempt_timeout: section
                .seconds("attempt_timeout_seconds", 1..=120)?
                .unwrap_or(default.attempt_timeout),
            mouse: section.flag("mouse")?.unwrap_or(default.mouse),
            color: color(section)?.unwrap_or(default.color),
            ascii: section.flag("ascii")?.unwrap_or(default.ascii),
        })
    }
}

/// `refresh_seconds`, in `[settings]` and in a connection: zero, or five and more, since each refresh costs requests.
pub(super) fn refresh(section: &Section) -> Result<Option<Duration>, Problem> {
    let refresh = section.seconds("refresh_seconds", 0..=86_400)?;
    if refresh.is_some_and(|refresh| (1..5).contains(&refresh.as_secs())) {
        return Err(section
            .fault_at("refresh_seconds", "`refresh_seconds` below 5 would use up the account's requests")
            .advise("Write 5 or more, or 0 for no refresh."));
    }
    Ok(refresh)
}

fn color(section: &Section) -> Result<Option<ColorChoice>, Problem> {
    let text = section.checked("color", |text| match text.parse::<ColorChoice>() {
        Ok(_) => Ok(()),
        Err(_) => Err("\"auto\", \"always\" or \"never\""),
    })?;
    Ok(text.and_then(|text| text.parse().ok()))
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` says otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColorChoice {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Always, Self::Never];

    /// The word of the config file and the flag.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

impl fmt::Display for ColorChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ColorChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|choice| choice.as_str() == text);
        found.ok_or_else(|| format!("`{text}` is no choice of colour: say auto, always or never"))
    }
}
