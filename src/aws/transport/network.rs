//! The real network: TLS, the user's certificate bundle, and proxies. The SDK's own client would know neither of the
//! latter two.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector};
use aws_types::os_shim_internal::Env;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::domain::{Problem, ProblemKind};

/// How long a connection may take to be made; the SDK's own default.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(3100);

/// Whose certificates are believed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::aws) enum Trust {
    /// The system's.
    System,
    /// Those in this PEM file, and no other (`AWS_CA_BUNDLE` or a profile's `ca_bundle`).
    Bundle(PathBuf),
}

/// The connectors of this process. Reading the root certificates takes long, so each kind of trust is made once.
#[derive(Default)]
pub(in crate::aws) struct Network(Mutex<HashMap<Trust, SharedHttpConnector>>);

impl Network {
    /// The connector for this trust. Reads certificates the first time: call it where blocking is allowed.
    pub(in crate::aws) fn connector(&self, trust: Trust, env: &Env) -> Result<SharedHttpConnector, Problem> {
        let mut connectors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connector) = connectors.get(&trust) {
            return Ok(connector.clone());
        }
        let timeouts = HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT).build();
        let connector = Connector::builder()
            .connector_settings(timeouts)
            .proxy_config(proxy(env)?)
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(tls_context(&trust)?)
            .build();
        let connector = SharedHttpConnector::new(connector);
        connectors.insert(trust, connector.clone());
        Ok(connector)
    }
}

fn tls_context(trust: &Trust) -> Result<TlsContext, Problem> {
    let store = match trust {
        Trust::System => TrustStore::default(),
        Trust::Bundle(path) => TrustStore::empty().with_pem_certificate(read_bundle(path)?),
    };
    TlsContext::builder()
        .with_trust_store(store)
        .build()
        .map_err(|error| Problem::new(ProblemKind::Local, "Cannot set up TLS", error.to_string()))
}

/// Reads a certificate bundle and makes sure of it, since the SDK's connector panics on a broken one.
fn read_bundle(path: &Path) -> Result<Vec<u8>, Problem> {
    let unreadable = |why: String| {
        let what = format!("Cannot use the certificate bundle {}", path.display());
        Problem::new(ProblemKind::Local, what, why).advise(
            "Correct AWS_CA_BUNDLE, or `ca_bundle` in the profile. It names a PEM file of certificates.",
        )
    };
    let pem = std::fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate =
            certificate.map_err(|error| unreadable(format!("It is not valid PEM: {error:?}.")))?;
        roots
            .add(certificate)
            .map_err(|error| unreadable(format!("A certificate in it is not valid: {error}.")))?;
    }
    if roots.is_empty() {
        return Err(unreadable("There is no certificate in it.".to_owned()));
    }
    Ok(pem)
}

/// The proxy that the environment names for HTTPS. What is plain HTTP (the metadata of an instance or a container, an
/// emulator) never goes through a proxy, as it is always near.
fn proxy(env: &Env) -> Result<ProxyConfig, Problem> {
    let first_of = |names: &[&'static str]| {
        let set = |name: &&'static str| {
            env.get(name).ok().filter(|value| !value.is_empty()).map(|value| (*name, value))
        };
        names.iter().find_map(set)
    };
    let Some((name, url)) = first_of(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]) else {
        return Ok(ProxyConfig::disabled());
    };
    // The error would quote the URL, and a password may be in it.
    let proxy = ProxyConfig::https(url).map_err(|_| {
        Problem::new(
            ProblemKind::Usage,
            "Cannot use the proxy",
            format!("{name} is not the URL of an HTTP proxy."),
        )
        .advise(format!("Set {name} to a URL such as http://proxy.example.com:8080, or unset it."))
    })?;
    Ok(match first_of(&["NO_PROXY", "no_proxy"]) {
        Some((_, rules)) => proxy.no_proxy(rules),
        None => proxy,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_bundle_is_a_problem_and_not_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing.pem");
        let network = Network::default();
        let why = |path: &Path| {
            let problem =
                network.connector(Trust::Bundle(path.to_owned()), &Env::from_slice(&[])).unwrap_err();
            assert_eq!(problem.kind, ProblemKind::Local);
            assert!(problem.what.contains(path.to_str().unwrap()), "{}", problem.what);
            problem.why
        };
        why(&missing);
        let file = folder.path().join("bundle.pem");
        for (content, expected) in [
            ("no certificate here", "There is no certificate in it."),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "A certificate in it is not valid",
            ),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n", "It is not valid PEM"),
        ] {
            std::fs::write(&file, content).unwrap();
            assert!(why(&file).starts_with(expected), "{}", why(&file));
        }
    }

    #[test]
    fn a_bad_proxy_is_named_without_its_password() {
        let env = Env::from_slice(&[("HTTPS_PROXY", "ana:hunter2@proxy")]);
        let problem = proxy(&env).unwrap_err();
        assert!(problem.why.contains("HTTPS_PROXY"), "{problem:?}");
        assert!(!format!("{problem:?}").contains("hunter2"));
    }

    #[test]
    fn only_https_goes_through_a_proxy() {
        assert!(proxy(&Env::from_slice(&[("HTTP_PROXY", "http://proxy:8080")])).unwrap().is_disabled());
        let env =
            Env::from_slice(&[("HTTPS_PROXY", ""), ("all_proxy", "http://proxy:8080"), ("NO_PROXY", "near")]);
        assert!(!proxy(&env).unwrap().is_disabled());
    }
}
