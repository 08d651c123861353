//! What can be right for each thing that people type: config file, command line and forms hold it to the same rules.
//!
//! Each error says what to write instead, to stand behind "write".

use crate::text;

/// Words that no connection may be called, because `apigw WORD` is a command, or will be one; `trust` would be taken for that
/// of `apigw policy trust`.
pub const RESERVED: [&str; 17] = [
    "completions",
    "connection",
    "demo",
    "deploy",
    "deployments",
    "diff",
    "doctor",
    "help",
    "history",
    "import",
    "man",
    "metrics",
    "policy",
    "promote",
    "rollback",
    "status",
    "trust",
];

/// Longest nickname, in characters.
const NICKNAME_CHARACTERS: usize = 64;

/// Whether a connection may be called that; the error says why not.
pub fn nickname(nickname: &str) -> Result<(), String> {
    if nickname.trim().is_empty() {
        return Err("a nickname cannot be empty".to_owned());
    }
    if nickname.chars().count() > NICKNAME_CHARACTERS {
        return Err(format!("a nickname has at most {NICKNAME_CHARACTERS} characters"));
    }
    if text::sanitise(nickname) != nickname || nickname.trim() != nickname {
        return Err("a nickname has no control characters and no blanks around it".to_owned());
    }
    if nickname.starts_with('-') {
        return Err("a nickname does not start with `-`: it would read as an option".to_owned());
    }
    if RESERVED.contains(&nickname) {
        return Err(format!("`{nickname}` is the name of a command"));
    }
    Ok(())
}

/// Whether a text can be an API's id. AWS makes ten characters; emulators let their users choose.
pub fn api_id(id: &str) -> Result<(), &'static str> {
    let fine = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    holds(id.len() <= 64 && id.chars().all(fine), "the id alone, such as a1b2c3d4e5, without a URL around it")
}

/// Whether a text can be a region's name; which regions there are, AWS alone knows.
pub fn region(region: &str) -> Result<(), &'static str> {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let parts = region.split('-').filter(|part| !part.is_empty()).count();
    let ends_in_digit = region.ends_with(|c: char| c.is_ascii_digit());
    holds(
        region.len() <= 32 && region.chars().all(fine) && parts >= 3 && ends_in_digit,
        "the region's short name, such as eu-west-1",
    )
}

/// Twelve digits.
pub fn account(account: &str) -> Result<(), &'static str> {
    holds(
        account.len() == 12 && account.chars().all(|c| c.is_ascii_digit()),
        "the twelve digits of the account, in quotes",
    )
}

/// `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`, as IAM's reference has it.
pub fn role_arn(arn: &str) -> Result<(), &'static str> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let fine = match parts[..] {
        ["arn", partition, "iam", "", owner, resource] => {
            partition.starts_with("aws")
                && account(owner).is_ok()
                && resource.strip_prefix("role/").is_some_and(|name| !name.is_empty() && !name.ends_with('/'))
                && resource.chars().all(|c| c.is_ascii_graphic())
        }
        _ => false,
    };
    holds(fine, "the whole ARN of an IAM role, such as arn:aws:iam::123456789012:role/deployer")
}

/// 2 to 1224 letters, digits and `+=,.@:/-_` (`ExternalId` of STS `AssumeRole`).
pub fn external_id(id: &str) -> Result<(), &'static str> {
    let fine = |c: char| c.is_ascii_alphanumeric() || "+=,.@:/-_".contains(c);
    holds(
        (2..=1224).contains(&id.len()) && id.chars().all(fine),
        "2 to 1224 letters, digits and +=,.@:/-_ without blanks",
    )
}

/// 16 to 128 letters, digits and underscores (`AccessKeyId` of IAM).
pub fn access_key_id(id: &str) -> Result<(), &'static str> {
    let fine = |c: char| c.is_ascii_alphanumeric() || c == '_';
    holds(
        (16..=128).contains(&id.len()) && id.chars().all(fine),
        "the access key's id, such as AKIAIOSFODNN7EXAMPLE, never its secret",
    )
}

/// 9 to 256 characters: the ARN of a virtual device, or a hardware device's number (`SerialNumber` of STS `AssumeRole`).
pub fn mfa_serial(serial: &str) -> Result<(), &'static str> {
    let fine = |c: char| c.is_ascii_alphanumeric() || "+=/:,.@-_".contains(c);
    holds(
        (9..=256).contains(&serial.len()) && serial.chars().all(fine),
        "the MFA device's ARN, such as arn:aws:iam::123456789012:mfa/ana, or a hardware device's number",
    )
}

/// Six digits (`TokenCode` of STS `AssumeRole`).
pub fn mfa_code(code: &str) -> Result<(), &'static str> {
    holds(
        code.len() == 6 && code.chars().all(|c| c.is_ascii_digit()),
        "the six digits that the device shows now",
    )
}

/// 2 to 64 letters, digits and `+=,.@-_` (`RoleSessionName` of STS `AssumeRole`).
pub fn role_session_name(name: &str) -> Result<(), &'static str> {
    let fine = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_".contains(c);
    holds(
        (2..=64).contains(&name.len()) && name.chars().all(fine),
        "2 to 64 letters, digits and +=,.@-_ without blanks",
    )
}

/// Seconds that a role's session may be asked to last (`DurationSeconds` of STS `AssumeRole`).
pub const ROLE_DURATION_SECONDS: std::ops::RangeInclusive<u32> = 900..=43_200;

/// A secret access key or a session token: printable, without blanks or line breaks, as pasting sometimes brings them.
pub fn secret(secret: &str) -> Result<(), &'static str> {
    holds(
        (16..=8192).contains(&secret.len()) && secret.chars().all(|c| c.is_ascii_graphic()),
        "it in one piece: there are no blanks or line breaks in it, and it has 16 characters or more",
    )
}

fn holds(fine: bool, expected: &'static str) -> Result<(), &'static str> {
    if fine { Ok(()) } else { Err(expected) }
}
