//! The requests of `photos`.

use mcpgen_runtime::prelude::*;

model! {
    /// `GET /pets/{petId}/photo`
    pub struct GetPhoto {
        /// The number of the pet.
        pub pet_id: i64 = "petId",
    }
}

impl Operation for GetPhoto {
    const COMPONENT: &str = include_str!("../../schemas/get_photo.json");

    fn request(&self) -> Request {
        Request::get("/pets/{petId}/photo")
            .path("petId", &self.pet_id, Style::Simple)
            .accept("application/problem+json, image/png")
    }
}
