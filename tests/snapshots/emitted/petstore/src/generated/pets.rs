//! The requests of `pets`.

use mcpgen_runtime::prelude::*;

use super::models;

model! {
    /// `GET /pets`
    pub struct ListPets {
        /// Only pets in this state.
        pub status: Option<models::Status>,
        /// At most this many.
        pub limit: Option<Number>,
    }
}

impl Operation for ListPets {
    const COMPONENT: &str = include_str!("../../schemas/list_pets.json");

    fn request(&self) -> Request {
        Request::get("/pets")
            .query("status", &self.status, Style::Form.explode())
            .query("limit", &self.limit, Style::Form.explode())
            .accept("application/json")
    }
}

model! {
    /// `POST /pets`
    pub struct AddPet {
        pub name: String,
        pub status: Option<models::Status>,
        pub tags: Option<Vec<String>>,
    }
}

impl Operation for AddPet {
    const COMPONENT: &str = include_str!("../../schemas/add_pet.json");

    fn request(&self) -> Request {
        Request::post("/pets")
            .json("application/json")
            .field("name", &self.name)
            .field("status", &self.status)
            .field("tags", &self.tags)
            .accept("application/json")
    }
}

model! {
    /// `GET /pets/search`
    pub struct SearchPets {
        /// A pet has all of these.
        pub tags: Option<Vec<String>>,
        /// The branch that asks.
        pub x_shop: String = "X-Shop",
    }
}

impl Operation for SearchPets {
    const COMPONENT: &str = include_str!("../../schemas/search_pets.json");

    fn request(&self) -> Request {
        Request::get("/pets/search")
            .query("tags", &self.tags, Style::Form.explode())
            .header("X-Shop", &self.x_shop, Style::Simple)
            .accept("application/json")
    }
}

model! {
    /// `GET /pets/{petId}`
    pub struct GetPet {
        /// The number of the pet.
        pub pet_id: i64 = "petId",
    }
}

impl Operation for GetPet {
    const COMPONENT: &str = include_str!("../../schemas/get_pet.json");

    fn request(&self) -> Request {
        Request::get("/pets/{petId}")
            .path("petId", &self.pet_id, Style::Simple)
            .accept("application/json, application/problem+json")
    }
}

model! {
    /// `PATCH /pets/{petId}`
    pub struct UpdatePet {
        /// The number of the pet.
        pub pet_id: i64 = "petId",
        pub name: Option<String>,
        pub status: Option<models::Status>,
        pub tags: Option<Vec<String>>,
    }
}

impl Operation for UpdatePet {
    const COMPONENT: &str = include_str!("../../schemas/update_pet.json");

    fn request(&self) -> Request {
        Request::patch("/pets/{petId}")
            .path("petId", &self.pet_id, Style::Simple)
            .json("application/json")
            .field("name", &self.name)
            .field("status", &self.status)
            .field("tags", &self.tags)
            .accept("application/json, application/problem+json")
    }
}

model! {
    /// `DELETE /pets/{petId}`
    pub struct DeletePet {
        /// The number of the pet.
        pub pet_id: i64 = "petId",
    }
}

impl Operation for DeletePet {
    const COMPONENT: &str = include_str!("../../schemas/delete_pet.json");

    fn request(&self) -> Request {
        Request::delete("/pets/{petId}")
            .path("petId", &self.pet_id, Style::Simple)
            .accept("application/problem+json")
    }
}
