//! The server: a loop over messages that keeps the texts, answers requests, and checks projects in between.
//!
//! There is no timer and no delay. Messages are taken in as they come; when none waits, what has changed is checked, and
//! an edit that arrives meanwhile makes that check stop. With nothing to do the loop sleeps on its inbox.

mod baselines;
mod beside;
mod capabilities;
mod changes;
mod client;
mod completion_item;
mod documents;
mod notifications;
mod params;
mod proto;
mod publish;
mod requests;
mod scenes;
mod state;
mod tell;
mod transport;
mod uris;

use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError};

use clientc_semantic::FileId;
use clientc_workspace::Cancel;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use serde_json::{Value, json};

use self::client::Client;
use self::params::Params;
use self::publish::Published;
use self::requests::Refusal;
use self::state::State;
use self::transport::{Ahead, Incoming, Outgoing};

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The client asked the server to shut down, and then to exit.
    InOrder,
    /// The client was gone, or asked to exit without a shutdown before.
    Early,
}

/// The request that asks the client for its settings.
const ASK_SETTINGS: &str = "clientc-settings";

/// Speaks the language server protocol until the client ends the session or closes its stream.
pub fn serve(input: impl BufRead + Send + 'static, output: impl Write + Send + 'static) -> Ended {
    let ahead = Arc::new(Ahead::default());
    let inbox = transport::reader(input, ahead.clone());
    let (outbox, writer) = transport::writer(output);
    let mut server = Server {
        outbox,
        ahead,
        taken: 0,
        phase: Phase::New,
        state: None,
        published: Published::default(),
        edited: None,
        shown: None,
        watched: None,
        next_id: 0,
    };
    let ended = server.run(&inbox);
    drop(server);
    // What was written before the end still reaches the client.
    drop(writer.join());
    ended
}

struct Server {
    outbox: Sender<Outgoing>,
    ahead: Arc<Ahead>,
    /// How many edits have been taken in.
    taken: u64,
    phase: Phase,
    state: Option<State>,
    published: Published,
    /// The only file that was edited since the last publication.
    edited: Option<FileId>,
    /// What the hints and lenses of the client depended on when they were last judged.
    shown: Option<Shown>,
    /// The files that settings name and that the client was asked to watch; `None` where it cannot be asked.
    watched: Option<BTreeSet<PathBuf>>,
    next_id: u32,
}

/// What hints and code lenses depend on.
#[derive(Debug, Clone, Copy)]
struct Shown {
    shape: u64,
    hides_hints: bool,
    hides_lenses: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    New,
    Running,
    ShutDown,
}

impl Server {
    fn run(&mut self, inbox: &Receiver<Incoming>) -> Ended {
        loop {
            let has_work = self.phase == Phase::Running && self.state.as_ref().is_some_and(State::has_work);
            let incoming = if has_work {
                match inbox.try_recv() {
                    Ok(incoming) => Some(incoming),
                    Err(TryRecvError::Empty) => None,
                    Err(TryRecvError::Disconnected) => return Ended::Early,
                }
            } else {
                match inbox.recv() {
                    Ok(incoming) => Some(incoming),
                    Err(_) => return Ended::Early,
                }
            };
            match incoming {
                None => self.work(),
                Some(Incoming::Notification(last)) if last.method == "exit" => {
                    return if self.phase == Phase::ShutDown { Ended::InOrder } else { Ended::Early };
                }
                Some(incoming) => self.take(incoming),
            }
        }
    }

    fn take(&mut self, incoming: Incoming) {
        match incoming {
            Incoming::Request(request) => self.request(request),
            Incoming::Notification(notification) => self.notification(&notification),
            Incoming::Response(response) => self.response(response),
            Incoming::Malformed { id, code, message } => {
                self.say(transport::malformed(&id, code, &message));
            }
        }
    }

    /// Checks what has changed and publishes the findings, unless an edit arrives meanwhile.
    fn work(&mut self) {
        let (ahead, taken) = (self.ahead.clone(), self.taken);
        let is_useless = || ahead.is_beyond(taken);
        let Some(state) = &mut self.state else { return };
        let analysed =
            catch_unwind(AssertUnwindSafe(|| state.analyse_all(Cancel::when(&is_useless)))).unwrap_or(Ok(()));
        if analysed.is_err() {
            return;
        }
        state.is_published = true;
        for problem in std::mem::take(&mut state.baselines.problems) {
            self.notify("window/showMessage", json!({ "type": 2, "message": problem }));
        }
        self.tell();
        if let Some(state) = &mut self.state {
            state.tidy_up();
        }
    }

    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let is_cancelled = self.ahead.cancelled.lock().is_ok_and(|mut cancelled| cancelled.remove(&id));
        let params = Params(&params);
        let answer = match (self.phase, method.as_str()) {
            _ if is_cancelled => Err(Refusal::new(ErrorCode::RequestCanceled, "the request was cancelled")),
            (Phase::New, "initialize") => self.initialize(params),
            (Phase::New, _) => Err(Refusal::new(ErrorCode::ServerNotInitialized, "`initialize` comes first")),
            (Phase::ShutDown, _) => Err(Refusal::new(ErrorCode::InvalidRequest, "the server is shut down")),
            (Phase::Running, "initialize") => {
                Err(Refusal::new(ErrorCode::InvalidRequest, "the server is already initialized"))
            }
            (Phase::Running, "shutdown") => {
                self.phase = Phase::ShutDown;
                self.let_go();
                Ok(Value::Null)
            }
            (Phase::Running, "workspace/diagnostic") => return self.pull_all(id, params),
            (Phase::Running, method) => self.guarded(method, params),
        };
        self.answer(id, answer);
    }

    /// Answers a request about texts. A failure inside is an error of this request only.
    fn guarded(&mut self, method: &str, params: Params<'_>) -> Result<Value, Refusal> {
        let internal =
            || Refusal::new(ErrorCode::InternalError, format!("`{method}` failed with an internal error"));
        let (ahead, taken) = (self.ahead.clone(), self.taken);
        let is_useless = || ahead.is_beyond(taken);
        let Some(state) = &mut self.state else { return Err(internal()) };
        let published = &mut self.published;
        let answer = catch_unwind(AssertUnwindSafe(|| match method {
            "textDocument/diagnostic" => pull(state, published, params, Cancel::when(&is_useless)),
            _ => requests::answer(state, method, params),
        }));
        let answer = answer.unwrap_or_else(|_| Err(internal()));
        let is_plan = method == "workspace/executeCommand" && !state.client.shows_plans;
        if let (true, Ok(Value::String(text))) = (is_plan, &answer) {
            self.notify("window/showMessage", json!({ "type": 3, "message": text }));
        }
        answer
    }

    fn initialize(&mut self, params: Params<'_>) -> Result<Value, Refusal> {
        if !params.0.is_object() {
            return Err(Refusal::new(ErrorCode::InvalidParams, "`initialize` needs parameters"));
        }
        let client = Client::read(params.0);
        let result = capabilities::initialize_result(&client);
        let opened = catch_unwind(AssertUnwindSafe(|| State::open(client)));
        self.state =
            Some(opened.map_err(|_| Refusal::new(ErrorCode::InternalError, "the folders cannot be opened"))?);
        self.phase = Phase::Running;
        Ok(result)
    }

    /// Answers with what is new in the whole workspace, or waits until something is.
    fn pull_all(&mut self, id: RequestId, params: Params<'_>) {
        let previous: HashMap<String, String> = params
            .items("previousResultIds")
            .map(|items| {
                let pair = |item: Params<'_>| {
                    Some((item.text("uri").ok()?.to_owned(), item.text("value").ok()?.to_owned()))
                };
                items.filter_map(pair).collect()
            })
            .unwrap_or_default();
        self.let_go();
        let (ahead, taken) = (self.ahead.clone(), self.taken);
        let is_useless = || ahead.is_beyond(taken);
        let Some(state) = &mut self.state else { return };
        if state.analyse_all(Cancel::when(&is_useless)).is_err() {
            // It is answered when the newer edit has been checked.
            self.published.waiting = Some((id, previous));
            return;
        }
        self.published.note(state, None);
        match self.published.pull_all(state, &previous) {
            Some(report) => self.answer(id, Ok(report)),
            None => self.published.waiting = Some((id, previous)),
        }
    }

    /// Tells the request that waits, if there is one, that nothing is new.
    fn let_go(&mut self) {
        if let Some((id, _)) = self.published.waiting.take() {
            self.answer(id, Ok(json!({ "items": [] })));
        }
    }

    fn notification(&mut self, notification: &Notification) {
        let Notification { method, params } = notification;
        let is_edit = transport::is_edit(method);
        if is_edit {
            self.taken += 1;
        }
        if method == "$/cancelRequest" {
            return self.cancel(params);
        }
        if self.phase != Phase::Running {
            return;
        }
        if method == "initialized" {
            return self.initialized();
        }
        let Some(state) = &mut self.state else { return };
        let was_published = state.is_published;
        let taken = catch_unwind(AssertUnwindSafe(|| notifications::take(state, method, Params(params))));
        let problem = match taken {
            Ok(Ok(())) => None,
            Ok(Err(invalid)) => Some(invalid.0),
            Err(_) => Some("it failed with an internal error".to_owned()),
        };
        let file =
            || params.pointer("/textDocument/uri").and_then(Value::as_str).and_then(|uri| state.file(uri));
        if method == "textDocument/didChange" {
            let file = file();
            self.edited = if was_published || self.edited == file { file } else { None };
        } else if is_edit {
            self.edited = None;
        }
        if method == "workspace/didChangeConfiguration" {
            self.ask_settings();
        }
        // A notification has no answer, so what is wrong with it goes to the client's log.
        if let Some(problem) = problem {
            let message = format!("`{method}` was ignored: {problem}");
            self.notify("window/logMessage", json!({ "type": 2, "message": message }));
        }
    }

    fn cancel(&mut self, params: &Value) {
        let waits = self.published.waiting.as_ref().is_some_and(|(id, _)| {
            let id = serde_json::to_value(id).unwrap_or(Value::Null);
            params.get("id") == Some(&id)
        });
        if let Some(id) = params.get("id").and_then(transport::request_id)
            && let Ok(mut cancelled) = self.ahead.cancelled.lock()
        {
            // The request came before this message, so it has been answered.
            cancelled.remove(&id);
        }
        if waits && let Some((id, _)) = self.published.waiting.take() {
            self.answer(id, Err(Refusal::new(ErrorCode::RequestCanceled, "the request was cancelled")));
        }
    }

    fn initialized(&mut self) {
        if self.state.as_ref().is_some_and(|state| state.client.watches) {
            self.ask("client/registerCapability", capabilities::watch_files());
            self.watched = Some(BTreeSet::new());
            self.watch_named();
        }
        self.ask_settings();
    }

    fn ask_settings(&mut self) {
        if self.state.as_ref().is_some_and(|state| state.client.has_settings) {
            let params = json!({ "items": [{ "section": "clientc" }] });
            let id = ASK_SETTINGS.to_owned().into();
            self.send(Request { id, method: "workspace/configuration".to_owned(), params }.into());
        }
    }

    fn response(&mut self, response: Response) {
        let is_settings = response.id == RequestId::from(ASK_SETTINGS.to_owned());
        if let (true, Ok(Value::Array(items)), Some(state)) =
            (is_settings, &response.response_result, &mut self.state)
            && let Some(settings) = items.first().filter(|settings| settings.is_object())
        {
            notifications::settings_changed(state, settings);
        }
    }

    fn ask(&mut self, method: &str, params: Value) {
        self.next_id += 1;
        let id = format!("clientc-{}", self.next_id).into();
        self.send(Request { id, method: method.to_owned(), params }.into());
    }

    fn notify(&self, method: &str, params: Value) {
        self.send(Notification { method: method.to_owned(), params }.into());
    }

    fn answer(&self, id: RequestId, answer: Result<Value, Refusal>) {
        let response_result = answer.map_err(|refusal| ResponseError {
            code: refusal.code,
            message: refusal.message,
            data: refusal.data,
        });
        self.send(Response { id, response_result }.into());
    }

    fn send(&self, message: Message) {
        self.say(Outgoing::Message(message));
    }

    fn say(&self, outgoing: Outgoing) {
        // Where the client is gone, its stream ends too, and with it the session.
        drop(self.outbox.send(outgoing));
    }
}

/// The findings of one document, for a client that asks itself.
fn pull(
    state: &mut State,
    published: &mut Published,
    params: Params<'_>,
    cancel: Cancel<'_>,
) -> Result<Value, Refusal> {
    let file = state.file(params.uri()?);
    let previous = params.find("previousResultId").and_then(|previous| previous.0.as_str());
    state.analyse_all(cancel).map_err(|_| Refusal::overtaken())?;
    published.note(state, file);
    Ok(published.pull(state, file, previous))
}
