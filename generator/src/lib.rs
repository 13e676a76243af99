//! mcpgen
