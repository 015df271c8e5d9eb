//! Client of PolyAI's Outbound Calling API.
