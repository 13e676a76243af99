//! What is offered of `pets`.

use mcpgen_runtime::prelude::*;

use crate::generated::pets;

/// List the pets
///
/// `GET /pets`
pub async fn list_pets(api: Api, args: pets::ListPets) -> ReadResult {
    api.read(args.request()).await
}

/// Add a pet
///
/// `POST /pets`
pub async fn add_pet(api: Api, args: pets::AddPet) -> ToolResult {
    api.send(args.request()).await
}

/// Find pets by their tags
///
/// `GET /pets/search`
pub async fn search_pets(api: Api, args: pets::SearchPets) -> ToolResult {
    api.send(args.request()).await
}

/// Get a pet
///
/// `GET /pets/{petId}`
pub async fn get_pet(api: Api, args: pets::GetPet) -> ReadResult {
    api.read(args.request()).await
}

/// Change a pet
///
/// `PATCH /pets/{petId}`
pub async fn update_pet(api: Api, args: pets::UpdatePet) -> ToolResult {
    api.send(args.request()).await
}

/// Remove a pet
///
/// `DELETE /pets/{petId}`
pub async fn delete_pet(api: Api, args: pets::DeletePet) -> ToolResult {
    api.send(args.request()).await
}
