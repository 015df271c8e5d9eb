//! One service and one budget of retries, of which operations are made.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use polyai_outbound_core::{
    AgentId, Api, BaseUrl, Call, CallSid, CallStatus, Credential, Environment, Exchange, Limits, Reading,
    Region, RetryBudget, Service, Snapshot, StatusRead, Trigger,
};
use wasm_bindgen::prelude::*;

use crate::operation::Operation;
use crate::refused::{invalid, refused};
use crate::request::Request;
use crate::value::{moment, whole};

/// Makes operations. Whatever is refused here is thrown as the JSON of `{ field, problem, expected }`.
#[wasm_bindgen]
pub struct Client {
    service: Arc<Service>,
    budget: Rc<RefCell<RetryBudget>>,
    limits: Limits,
}

const UNKNOWN: &str = "is not a known word";
const REGIONS: [Region; 5] = [Region::Us, Region::Uk, Region::Euw, Region::Eu, Region::Studio];
const ENVIRONMENTS: [Environment; 3] = [Environment::Sandbox, Environment::PreRelease, Environment::Live];

#[wasm_bindgen]
impl Client {
    /// Where it calls and as whom.
    ///
    /// # Errors
    /// If an option is not valid.
    #[wasm_bindgen(constructor)]
    pub fn new(
        region: Option<String>,
        base_url: Option<String>,
        insecure_http: bool,
        token: Option<String>,
        api: Option<String>,
        agent_id: Option<String>,
        environment: Option<String>,
    ) -> Result<Self, JsValue> {
        let credential = token.map(Credential::new).transpose().map_err(invalid)?;
        let api = spoken(api.as_deref(), agent_id.as_deref(), environment.as_deref())?;
        let service = service(region.as_deref(), base_url.as_deref(), insecure_http, credential, api)?;
        Ok(Self { service: Arc::new(service), budget: Rc::default(), limits: Limits::default() })
    }

    /// Takes a 502 of the agents API for a call that was not placed. A phone that rang may ring again.
    ///
    /// # Errors
    /// If it speaks another API: this would do nothing, and whoever asks for it expects otherwise.
    #[wasm_bindgen(js_name = agents502NotPlaced)]
    pub fn agents_502_not_placed(self) -> Result<Self, JsValue> {
        match self.service.api() {
            Api::Agents { .. } => Ok(self.changed(|service| service.with_agents_502_not_placed(true))),
            Api::Outbound => {
                Err(refused("agents502NotPlaced", "is given without api: \"agents\"", "the two together"))
            }
        }
    }

    /// Sends no correlation ids.
    #[wasm_bindgen(js_name = withoutCorrelationId)]
    #[must_use]
    pub fn without_correlation_id(self) -> Self {
        self.changed(Service::without_correlation_id)
    }

    /// The same client, its budget included, with another token and other limits, for one operation or many: in
    /// milliseconds, and a number of retries. What is not given or not a number stays as it is.
    ///
    /// # Errors
    /// If no header can carry the token.
    pub fn with(
        &self,
        token: Option<String>,
        timeout_ms: f64,
        request_timeout_ms: f64,
        follow_timeout_ms: f64,
        max_retries: f64,
    ) -> Result<Self, JsValue> {
        let mut service = Arc::clone(&self.service);
        if let Some(token) = token {
            let credential = Credential::new(token).map_err(invalid)?;
            service = Arc::new(Arc::unwrap_or_clone(service).with_credential(credential));
        }
        let mut limits = self.limits;
        let set = |limit: &mut Duration, millis: f64| {
            if !millis.is_nan() {
                *limit = Duration::from_millis(whole(millis));
            }
        };
        set(&mut limits.operation_timeout, timeout_ms);
        set(&mut limits.request_timeout, request_timeout_ms);
        set(&mut limits.follow_timeout, follow_timeout_ms);
        if !max_retries.is_nan() {
            limits.retry.max_retries = u32::try_from(whole(max_retries)).unwrap_or(u32::MAX);
        }
        Ok(Self { service, budget: Rc::clone(&self.budget), limits })
    }

    /// Triggers a call. `seed` decides its jitter.
    ///
    /// # Errors
    /// If the request is not valid.
    pub fn trigger(&self, request: Request, seed: f64) -> Result<Operation, JsValue> {
        let trigger = request.call().and_then(|call| Trigger::new(Arc::clone(&self.service), call));
        let trigger = trigger.map_err(invalid)?;
        Ok(self.operation(Exchange::new(trigger, self.limits, whole(seed))))
    }

    /// Triggers a call and follows it.
    ///
    /// # Errors
    /// If the request is not valid.
    pub fn call(&self, request: Request, seed: f64) -> Result<Operation, JsValue> {
        let placed = |call| Call::place(Arc::clone(&self.service), call, self.limits, whole(seed));
        Ok(self.operation(request.call().and_then(placed).map_err(invalid)?))
    }

    /// Reads a status.
    ///
    /// # Errors
    /// If the SID is none.
    pub fn status(&self, call_sid: String, seed: f64) -> Result<Operation, JsValue> {
        let call_sid = CallSid::parse(call_sid).map_err(invalid)?;
        let read = StatusRead::new(Arc::clone(&self.service), call_sid);
        Ok(self.operation(Exchange::new(read, self.limits, whole(seed))))
    }

    /// Follows a call that was placed before. Times are milliseconds since the Unix epoch, not a number if they are not
    /// known.
    ///
    /// # Errors
    /// If the SID is none.
    pub fn follow(
        &self,
        call_sid: String,
        placed_at: f64,
        seen_at: f64,
        status: Option<String>,
        reason: String,
        seed: f64,
    ) -> Result<Operation, JsValue> {
        let at = |millis: f64| (!millis.is_nan()).then(|| moment(millis));
        let known = Snapshot {
            call_sid: CallSid::parse(call_sid).map_err(invalid)?,
            placed_at: at(placed_at),
            seen_at: at(seen_at),
            reading: status.map(|word| Reading { status: CallStatus::from_word(&word), reason }),
        };
        Ok(self.operation(Call::resume(Arc::clone(&self.service), known, self.limits, whole(seed))))
    }
}

impl Client {
    fn changed(self, change: impl FnOnce(Service) -> Service) -> Self {
        Self { service: Arc::new(change(Arc::unwrap_or_clone(self.service))), ..self }
    }

    fn operation(&self, work: impl crate::operation::Work + 'static) -> Operation {
        Operation::new(Box::new(work), Rc::clone(&self.budget))
    }
}

fn service(
    region: Option<&str>,
    base_url: Option<&str>,
    insecure_http: bool,
    credential: Option<Credential>,
    api: Api,
) -> Result<Service, JsValue> {
    match (base_url, region) {
        (None, None) => Err(refused("region", "is not given", "a region, or a baseUrl")),
        (Some(_), Some(_)) => Err(refused("region", "is given beside baseUrl", "one of the two")),
        (Some(url), None) => {
            let parse = if insecure_http { BaseUrl::parse_insecure } else { BaseUrl::parse };
            Ok(Service::at(parse(url).map_err(invalid)?, api, credential))
        }
        (None, Some(word)) => {
            let region = REGIONS.iter().find(|region| region.as_str() == word);
            let region = region.ok_or_else(|| refused("region", UNKNOWN, "us, uk, euw, eu or studio"))?;
            let credential =
                credential.ok_or_else(|| refused("token", "is not given", "the account's token"))?;
            Service::in_region(*region, api, credential).map_err(invalid)
        }
    }
}

fn spoken(name: Option<&str>, agent_id: Option<&str>, environment: Option<&str>) -> Result<Api, JsValue> {
    const EXPECTED: &str = "sandbox, pre-release or live";
    const NEEDED: &str = "is not given, and the agents API needs it";
    match name {
        None | Some("outbound") => {
            let given = agent_id.map(|_| "agentId").or_else(|| environment.map(|_| "environment"));
            match given {
                Some(field) => Err(refused(field, "is given without api: \"agents\"", "the two together")),
                None => Ok(Api::Outbound),
            }
        }
        Some("agents") => {
            let agent_id = agent_id.ok_or_else(|| {
                refused("agentId", NEEDED, "the agent's identifier as Agent Studio shows it")
            })?;
            let word = environment.ok_or_else(|| refused("environment", NEEDED, EXPECTED))?;
            let environment = ENVIRONMENTS.iter().find(|environment| environment.as_str() == word);
            let environment = *environment.ok_or_else(|| refused("environment", UNKNOWN, EXPECTED))?;
            Ok(Api::Agents { agent_id: AgentId::new(agent_id).map_err(invalid)?, environment })
        }
        Some(_) => Err(refused("api", UNKNOWN, "outbound or agents")),
    }
}
