//! The requests of `operations`.

use mcpgen_runtime::prelude::*;

model! {
    /// `GET /rooms/{room_id}`
    pub struct ReadRoom {
        pub room_id: Number,
        pub q: Option<Nullable<String>>,
    }
}

impl Operation for ReadRoom {
    const COMPONENT: &str = include_str!("../../schemas/read_room.json");

    fn request(&self) -> Request {
        Request::get("/rooms/{room_id}")
            .path("room_id", &self.room_id, Style::Simple)
            .query("q", &self.q, Style::Form.explode())
            .accept("application/json")
    }
}

model! {
    /// `PUT /rooms/{room_id}`
    pub struct WriteRoom {
        pub room_id: Number,
        pub name: String,
        pub beds: Option<Nullable<Number>>,
    }
}

impl Operation for WriteRoom {
    const COMPONENT: &str = include_str!("../../schemas/write_room.json");

    fn request(&self) -> Request {
        Request::put("/rooms/{room_id}")
            .path("room_id", &self.room_id, Style::Simple)
            .json("application/json")
            .field("name", &self.name)
            .field("beds", &self.beds)
            .accept("application/json")
    }
}
