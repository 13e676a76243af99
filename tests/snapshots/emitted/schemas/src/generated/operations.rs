//! The requests of `operations`.

use mcpgen_runtime::prelude::*;

use super::models;

model! {
    /// `POST /nodes`
    pub struct AddNode {
        pub label: Nullable<AddNodeLabel>,
        pub weight: Option<Number>,
        pub children: Option<Vec<models::Node>>,
        pub anything: Option<Vec<Value>>,
        /// A property that is named like a keyword
        pub r#type: Option<String>,
    }
}

impl Operation for AddNode {
    const COMPONENT: &str = include_str!("../../schemas/add_node.json");

    fn request(&self) -> Request {
        Request::post("/nodes")
            .json("application/json")
            .field("label", &self.label)
            .field("weight", &self.weight)
            .field("children", &self.children)
            .field("anything", &self.anything)
            .field("type", &self.r#type)
            .accept("application/json")
    }
}

one_of! {
    pub enum AddNodeLabel {
        Leaf = "leaf",
        Branch = "branch",
    }
}

model! {
    /// `POST /shapes`
    pub struct AddShape {
        pub body: Value,
    }
}

impl Operation for AddShape {
    const COMPONENT: &str = include_str!("../../schemas/add_shape.json");

    fn request(&self) -> Request {
        Request::post("/shapes")
            .json("application/json")
            .value(&self.body)
            .accept("*/*")
    }
}

model! {
    /// `POST /pieces`
    pub struct AddPiece {
        pub id: String,
        pub name: Option<String>,
        pub secret: Option<String>,
        /// What the schema does not name.
        pub rest: Object = ..,
    }
}

impl Operation for AddPiece {
    const COMPONENT: &str = include_str!("../../schemas/add_piece.json");

    fn request(&self) -> Request {
        Request::post("/pieces")
            .json("application/json")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("secret", &self.secret)
            .rest(&self.rest)
            .accept("*/*")
    }
}
