//! The embedded AWS in place of the wire: the SDK's requests, answered inside the process.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_types::os_shim_internal::{Env, Fs};

use crate::domain::{AccessKey, Auth, Secret};
use crate::sim::{Cloud, demo};

/// Fits a [`Cloud`] to the SDK.
#[derive(Clone)]
pub(in crate::aws) struct Embedded(pub(in crate::aws) Arc<Cloud>);

impl fmt::Debug for Embedded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Embedded")
    }
}

impl HttpConnector for Embedded {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let cloud = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move { answer(&cloud, request).await })
    }
}

/// Whoever asks a cloud signs by its clock. By any other, the SDK would see a skew and ask again what was only denied.
impl TimeSource for Embedded {
    fn now(&self) -> SystemTime {
        self.0.now().into()
    }
}

/// The access key that signs when nobody gave one: the demo's. Its user may assume the demo's roles.
pub(in crate::aws) fn access_key(auth: &Auth) -> AccessKey {
    let id = match auth {
        Auth::AccessKey { id } => id,
        Auth::Environment | Auth::Profile(_) | Auth::Role(_) => demo::ACCESS_KEY_ID,
    };
    AccessKey { id: id.to_owned(), secret: Secret::new(demo::SECRET.to_owned()), session_token: None }
}

/// Where the demo's AWS files are, in a file system of their own.
const HOME: &str = "/demo";

/// The AWS files of whoever asks the embedded AWS, and no variable but HOME.
pub(in crate::aws) fn files() -> (Fs, Env) {
    let path = format!("{HOME}/.aws/config");
    (Fs::from_slice(&[(&path, &demo::config_file())]), Env::from_slice(&[("HOME", HOME)]))
}

async fn answer(cloud: &Cloud, mut request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let body = ByteStream::new(request.take_body()).collect().await;
    let body = body.map_err(|error| ConnectorError::user(Box::new(error)))?.into_bytes();
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(Box::new(error)))?;
    let answer = cloud.answer(request.map(|_| body)).await;
    let response = answer.map_err(|fault| ConnectorError::io(Box::new(fault)))?;
    HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
        .map_err(|error| ConnectorError::other(Box::new(error), None))
}
