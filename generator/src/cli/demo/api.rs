//! The pet store itself: what `petstore.yaml` describes, in memory.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Json, Router,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
    serve::ListenerExt,
};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

/// A small orange square.
const PHOTO: &[u8] = include_bytes!("photo.png");

/// Starts the API on a free loopback port; its base URL.
pub(super) async fn start() -> io::Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let listener = listener.tap_io(|stream| {
        // It only makes answers late.
        let _ = stream.set_nodelay(true);
    });
    tokio::spawn(async move { axum::serve(listener, app(Store::filled())).await });
    Ok(format!("http://{address}"))
}

#[derive(Debug, Clone)]
struct Store(Arc<Mutex<BTreeMap<u64, Map<String, Value>>>>);

impl Store {
    fn filled() -> Self {
        let pets = [
            json!({"name": "Rex", "status": "available", "tags": ["dog", "friendly"]}),
            json!({"name": "Mia", "status": "sold", "tags": ["cat"]}),
            json!({"name": "Otto", "status": "available", "tags": ["dog", "old"]}),
        ];
        let numbered = (1..).zip(pets).filter_map(|(id, pet)| Some((id, with_id(id, pet)?)));
        Self(Arc::new(Mutex::new(numbered.collect())))
    }

    fn pets(&self) -> MutexGuard<'_, BTreeMap<u64, Map<String, Value>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn with_id(id: u64, pet: Value) -> Option<Map<String, Value>> {
    let Value::Object(fields) = pet else { return None };
    Some([("id".to_owned(), json!(id))].into_iter().chain(fields.into_iter().filter(|(key, _)| key != "id")).collect())
}

fn app(store: Store) -> Router {
    Router::new()
        .route("/pets", get(list).post(add))
        .route("/pets/search", get(search))
        .route("/pets/{id}", get(one).patch(update).delete(remove))
        .route("/pets/{id}/photo", get(photo))
        .with_state(store)
}

/// The values of a query parameter.
fn values(query: Option<&str>, name: &str) -> Vec<String> {
    let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.filter(|(key, _)| key == name).map(|(_, value)| value.into_owned()).collect()
}

async fn list(State(store): State<Store>, RawQuery(query): RawQuery) -> Response {
    let status = values(query.as_deref(), "status").pop();
    let limit = values(query.as_deref(), "limit").pop().and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX);
    let matches =
        |pet: &&Map<String, Value>| status.as_ref().is_none_or(|status| pet.get("status") == Some(&json!(status)));
    let pets: Vec<_> = store.pets().values().filter(matches).take(limit).cloned().collect();
    Json(pets).into_response()
}

async fn search(State(store): State<Store>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let Some(shop) = headers.get("x-shop").and_then(|shop| shop.to_str().ok()) else {
        return problem(StatusCode::BAD_REQUEST, "the header X-Shop is missing");
    };
    let tags = values(query.as_deref(), "tags");
    let has = |pet: &Map<String, Value>, tag: &String| {
        pet.get("tags").and_then(Value::as_array).is_some_and(|tags| tags.iter().any(|one| one.as_str() == Some(tag)))
    };
    let pets: Vec<_> = store.pets().values().filter(|pet| tags.iter().all(|tag| has(pet, tag))).cloned().collect();
    Json(json!({"shop": shop, "pets": pets})).into_response()
}

async fn one(State(store): State<Store>, Path(id): Path<String>) -> Response {
    match id.parse().ok().and_then(|id: u64| store.pets().get(&id).cloned()) {
        Some(pet) => Json(pet).into_response(),
        None => unknown(&id),
    }
}

async fn add(State(store): State<Store>, Json(pet): Json<Value>) -> Response {
    if !pet.get("name").is_some_and(Value::is_string) {
        return problem(StatusCode::UNPROCESSABLE_ENTITY, "a pet has a name");
    }
    let mut pets = store.pets();
    let id = pets.keys().next_back().map_or(1, |last| last + 1);
    let Some(pet) = with_id(id, pet) else {
        return problem(StatusCode::UNPROCESSABLE_ENTITY, "a pet is an object");
    };
    pets.insert(id, pet.clone());
    (StatusCode::CREATED, Json(pet)).into_response()
}

async fn update(
    State(store): State<Store>,
    Path(id): Path<String>,
    Json(changes): Json<Map<String, Value>>,
) -> Response {
    let mut pets = store.pets();
    let Some(pet) = id.parse().ok().and_then(|id: u64| pets.get_mut(&id)) else { return unknown(&id) };
    for (key, value) in changes.into_iter().filter(|(key, _)| key != "id") {
        pet.insert(key, value);
    }
    Json(pet.clone()).into_response()
}

async fn remove(State(store): State<Store>, Path(id): Path<String>) -> Response {
    match id.parse().ok().and_then(|id: u64| store.pets().remove(&id)) {
        Some(_) => StatusCode::NO_CONTENT.into_response(),
        None => unknown(&id),
    }
}

async fn photo(State(store): State<Store>, Path(id): Path<String>) -> Response {
    let known = id.parse().is_ok_and(|id: u64| store.pets().contains_key(&id));
    if known { ([(header::CONTENT_TYPE, "image/png")], PHOTO).into_response() } else { unknown(&id) }
}

fn unknown(id: &str) -> Response {
    problem(StatusCode::NOT_FOUND, &format!("there is no pet {id}"))
}

fn problem(status: StatusCode, detail: &str) -> Response {
    let problem = json!({"status": status.as_u16(), "detail": detail}).to_string();
    (status, [(header::CONTENT_TYPE, "application/problem+json")], problem).into_response()
}
