//! Who asks, where and what for, as the Signature Version 4 header of a request says it.
//!
//! The signature itself is not verified: the scope and the access key id are taken at their word.

use bytes::Bytes;
use http::Request;
use http::header::AUTHORIZATION;

/// What a signed request says of its signer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub access_key_id: String,
    pub region: String,
    /// The signing name of the service: `apigateway`, `monitoring`, `sts`.
    pub service: String,
    /// Present with temporary credentials.
    pub session_token: Option<String>,
}

impl Signature {
    /// Reads `Credential=KEY/DATE/REGION/SERVICE/aws4_request` from the Authorization header.
    pub fn read(request: &Request<Bytes>) -> Option<Self> {
        let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
        let fields = header.strip_prefix("AWS4-HMAC-SHA256")?;
        let credential = fields.split(',').find_map(|field| field.trim().strip_prefix("Credential="))?;
        let mut scope = credential.split('/');
        let (access_key_id, _date) = (scope.next()?, scope.next()?);
        let (region, service) = (scope.next()?, scope.next()?);
        if scope.next() != Some("aws4_request") {
            return None;
        }
        let token = request.headers().get("x-amz-security-token").and_then(|token| token.to_str().ok());
        Some(Self {
            access_key_id: access_key_id.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            session_token: token.map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(header: &str) -> Request<Bytes> {
        Request::builder().header(AUTHORIZATION, header).body(Bytes::new()).unwrap()
    }

    #[test]
    fn the_scope_names_key_region_and_service() {
        let header = "AWS4-HMAC-SHA256 Credential=AKID/20261122/eu-west-1/monitoring/aws4_request, \
                      SignedHeaders=host, Signature=00";
        let signature = Signature::read(&signed(header)).unwrap();
        assert_eq!(signature.access_key_id, "AKID");
        assert_eq!((signature.region.as_str(), signature.service.as_str()), ("eu-west-1", "monitoring"));
        assert_eq!(signature.session_token, None);
    }

    #[test]
    fn a_request_without_a_whole_scope_is_unsigned() {
        assert_eq!(Signature::read(&Request::new(Bytes::new())), None);
        assert_eq!(Signature::read(&signed("Bearer x")), None);
        assert_eq!(Signature::read(&signed("AWS4-HMAC-SHA256 Credential=AKID/20261122/eu-west-1")), None);
    }
}
