//! Who the credentials belong to.

/// The answer of `GetCallerIdentity`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The account, twelve digits.
    pub account: String,
    /// The caller's ARN.
    pub arn: String,
    /// The caller's unique id.
    pub user_id: String,
}

impl Identity {
    /// The shortest name that still tells who it is: `role deployer`, `user ana`, `root`.
    pub fn who(&self) -> String {
        let resource = self.arn.splitn(6, ':').nth(5).unwrap_or(&self.arn);
        let mut parts = resource.split('/');
        match (parts.next(), parts.next(), resource.rsplit('/').next()) {
            (Some("assumed-role"), Some(role), _) => format!("role {role}"),
            (Some(kind), Some(_), Some(name)) => format!("{kind} {name}"),
            _ => resource.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_named_as_people_name_it() {
        let who =
            |arn: &str| Identity { account: String::new(), arn: arn.into(), user_id: String::new() }.who();
        assert_eq!(who("arn:aws:sts::123456789012:assumed-role/deployer/ana"), "role deployer");
        assert_eq!(who("arn:aws:iam::123456789012:user/team/ana"), "user ana");
        assert_eq!(who("arn:aws:iam::123456789012:root"), "root");
        assert_eq!(who("nonsense"), "nonsense");
    }
}
