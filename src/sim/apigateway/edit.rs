//! Changes to a REST API: how it is reached, and lists of patch operations.

use serde::Deserialize;
use serde_json::Value;

use super::RestApi;
use crate::sim::dice::Dice;
use crate::sim::refusal::Refusal;
use crate::sim::rest_json::{Answer, Asked, wire};

/// The API that the request names, to be changed.
pub fn api_mut<'a>(asked: &'a mut Asked) -> Result<(&'a mut RestApi, &'a mut Dice), Refusal> {
    let (id, unknown) = (asked.label(0).to_owned(), asked.unknown_api());
    let found = asked.region.rest_apis.iter_mut().find(|api| api.id == id);
    Ok((found.ok_or(unknown)?, asked.dice))
}

/// One change of a list.
#[derive(Debug, Deserialize)]
pub struct Patch {
    pub op: String,
    pub path: String,
    #[serde(default)]
    pub value: Option<String>,
    #[serde(default)]
    pub from: Option<String>,
}

impl Patch {
    /// The changes of the request.
    pub fn all(asked: &Asked) -> Result<Vec<Self>, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Input {
            #[serde(default)]
            patch_operations: Vec<Patch>,
        }
        Ok(asked.input::<Input>()?.patch_operations)
    }

    /// The value of a change that needs one.
    pub fn value(&self) -> Result<&str, Refusal> {
        let missing = || Refusal::bad_request(format!("Invalid null value for path {}", self.path));
        self.value.as_deref().ok_or_else(missing)
    }

    /// The refusal of a change that does not fit its path.
    pub fn invalid(&self) -> Refusal {
        let Self { op, path, .. } = self;
        Refusal::bad_request(format!("Invalid patch path '{path}' specified for op '{op}'."))
    }
}

/// `UpdateRestApi`: name and description are all that is understood here.
pub fn update_rest_api(asked: &mut Asked) -> Answer {
    let patches = Patch::all(asked)?;
    let (api, _) = api_mut(asked)?;
    let (mut name, mut description) = (api.name.clone(), api.description.clone());
    for patch in &patches {
        match (patch.op.as_str(), patch.path.as_str()) {
            ("replace", "/name") => patch.value()?.clone_into(&mut name),
            ("replace", "/description") => description = Some(patch.value()?.to_owned()),
            _ => return Err(patch.invalid()),
        }
    }
    (api.name, api.description) = (name, description);
    wire(&*api)
}

/// `DeleteStage`.
pub fn delete_stage(asked: &mut Asked) -> Answer {
    super::stage(asked, super::api(asked)?)?;
    let name = asked.label(1).to_owned();
    let (api, _) = api_mut(asked)?;
    api.stages.retain(|stage| stage.stage_name != name);
    Ok(Value::Null)
}
