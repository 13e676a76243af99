//! Calls that the user is asked about before anything is sent.
//!
//! Follows the Elicitation pages of MCP 2025-11-25 and 2026-07-28, and its Multi Round-Trip Requests.

mod question;
mod state;

use std::time::Duration;

use rmcp::{
    ErrorData, RoleServer,
    model::{
        CallToolRequestParams, CallToolResponse, ClientCapabilities, ElicitRequest, ElicitRequestParams, ElicitResult,
        ElicitationAction, ElicitationSchema, ErrorCode, InputRequest, InputRequiredResult, ProtocolVersion,
    },
    service::{RequestContext, ServiceError},
};
use serde_json::json;

use super::{auth::PrincipalId, reply};
use crate::{
    catalog::Tool,
    dispatch::{Dispatch, Foreseen, Reply},
};
use state::{Refused, States};

/// How long a user may take to answer.
const PATIENCE: Duration = Duration::from_mins(10);
/// The key of the question among the requests for input.
const KEY: &str = "confirm";

/// Which calls of tools the user is asked about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Confirm {
    /// None.
    #[default]
    None,
    /// Those of tools that are annotated as destructive: DELETE, PUT and PATCH, unless a crate says otherwise.
    Destructive,
    /// All.
    All,
}

impl Confirm {
    fn covers(self, tool: &Tool) -> bool {
        match self {
            Self::None => false,
            Self::Destructive => tool.annotations.destructive == Some(true),
            Self::All => true,
        }
    }
}

/// Asks users.
pub(super) struct Confirmation {
    which: Confirm,
    states: States,
}

/// What a user said, or what is answered instead of the call.
pub(super) enum Consent {
    Given,
    Answer(Box<CallToolResponse>),
}

impl Confirmation {
    pub(super) fn new(which: Confirm) -> Self {
        Self { which, states: States::new(PATIENCE) }
    }

    /// Whether the user is asked before a tool is called.
    pub(super) fn is_needed(&self, dispatch: &Dispatch, tool: &str) -> bool {
        self.which != Confirm::None && dispatch.find_tool(tool).is_some_and(|tool| self.which.covers(tool))
    }

    /// Asks the user, or takes the answer that came with the request. Wrong arguments are told without asking.
    pub(super) async fn ask(
        &self,
        dispatch: &Dispatch,
        request: &CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<Consent, ErrorData> {
        let name = &*request.name;
        let is_stateless = context.protocol_version().is_some_and(|version| version >= ProtocolVersion::V_2026_07_28);
        if !context.client_capabilities().is_some_and(|capabilities| takes_forms(&capabilities)) {
            return cannot_ask(name, is_stateless);
        }
        let arguments = request.arguments.as_ref().map(serde_json::value::to_raw_value).transpose();
        let arguments = arguments.map_err(|error| ErrorData::invalid_params(error.to_string(), None))?;
        let foreseen = match dispatch.foresee(name, arguments.as_deref()).map_err(reply::error)? {
            Ok(foreseen) => foreseen,
            Err(told) => return answer(told),
        };
        let action = if is_stateless {
            let call = state::Call { tool: name, arguments: request.arguments.as_ref(), principal: principal(context) };
            match self.answered(request, &call)? {
                Some(action) => action,
                None => return Ok(self.required(dispatch, name, &foreseen, &call)),
            }
        } else {
            let question = form(question::of(dispatch.find_tool(name), name, &foreseen));
            match context.peer.create_elicitation_with_timeout(question, Some(PATIENCE)).await {
                Ok(ElicitResult { action, .. }) => action,
                Err(error) => return unanswered(name, &error),
            }
        };
        let said = match action {
            ElicitationAction::Accept => {
                tracing::info!(tool = name, "the user permits a call");
                return Ok(Consent::Given);
            }
            ElicitationAction::Decline => "the user does not want this call",
            _ => "the user dismissed the question whether to call it",
        };
        tracing::info!(tool = name, "the user permits no call");
        answer(Reply::error(format!(
            "{name} was not called and nothing was sent: {said}. Ask before you try it again."
        )))
    }

    /// What the user answered to a question of this server about this very call; none where there is no answer yet.
    fn answered(
        &self,
        request: &CallToolRequestParams,
        call: &state::Call<'_>,
    ) -> Result<Option<ElicitationAction>, ErrorData> {
        // An answer without the state that the question came with is an answer to nothing.
        let Some(state) = &request.request_state else { return Ok(None) };
        let refused = |refused: Refused| {
            let message = format!("nothing was sent: {refused}; call {} again to be asked anew", call.tool);
            ErrorData::invalid_params(message, None)
        };
        let token = self.states.open(state, call).map_err(refused)?;
        let Some(answer) = request.input_responses.as_ref().and_then(|answers| answers.get(KEY)) else {
            return Ok(None);
        };
        let result: ElicitResult = serde_json::from_value(answer.clone()).map_err(|_| {
            ErrorData::invalid_params(format!("the answer {KEY:?} has another form than the protocol says"), None)
        })?;
        self.states.use_up(token).map_err(refused)?;
        Ok(Some(result.action))
    }

    /// The question, as the result of the request.
    fn required(&self, dispatch: &Dispatch, name: &str, foreseen: &Foreseen, call: &state::Call<'_>) -> Consent {
        let question = form(question::of(dispatch.find_tool(name), name, foreseen));
        let requests = [(KEY.to_owned(), InputRequest::Elicitation(ElicitRequest::new(question)))].into();
        let result = InputRequiredResult::new(Some(requests), Some(self.states.seal(call)));
        Consent::Answer(Box::new(result.into()))
    }
}

/// Whether a client can show a form. One that names no mode can.
fn takes_forms(capabilities: &ClientCapabilities) -> bool {
    capabilities.elicitation.as_ref().is_some_and(|modes| modes.form.is_some() || modes.url.is_none())
}

/// A question whose answer is yes or no.
fn form(message: String) -> ElicitRequestParams {
    let requested_schema = ElicitationSchema::new(std::collections::BTreeMap::new());
    ElicitRequestParams::FormElicitationParams { meta: None, message, requested_schema }
}

fn principal(context: &RequestContext<RoleServer>) -> Option<[u8; 32]> {
    let parts = context.extensions.get::<http::request::Parts>()?;
    parts.extensions.get().map(|PrincipalId(id)| *id)
}

fn answer(reply: Reply) -> Result<Consent, ErrorData> {
    Ok(Consent::Answer(Box::new(reply::result(reply)?.into())))
}

fn cannot_ask(name: &str, is_stateless: bool) -> Result<Consent, ErrorData> {
    let message = format!(
        "{name} was not called and nothing was sent: this server asks the user before such a call (--confirm), and this \
         client cannot ask (it offers no elicitation of forms)"
    );
    tracing::info!(tool = name, "a client that cannot ask its user is refused");
    if is_stateless {
        let data = json!({"requiredCapabilities": {"elicitation": {"form": {}}}});
        return Err(ErrorData::new(ErrorCode::MISSING_REQUIRED_CLIENT_CAPABILITY, message, Some(data)));
    }
    answer(Reply::error(message))
}

/// What is answered when the client gave no answer of the user's.
fn unanswered(name: &str, error: &ServiceError) -> Result<Consent, ErrorData> {
    tracing::info!(tool = name, %error, "no answer of the user");
    let why = match error {
        ServiceError::Timeout { .. } => "the user did not answer in time",
        _ => "the client could not ask the user",
    };
    answer(Reply::error(format!("{name} was not called and nothing was sent: {why}.")))
}
