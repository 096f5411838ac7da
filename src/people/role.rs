//! Who acts, and what they may: an officer their own, a supervisor their office's, an administrator the state's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kernel::id::{OfficerId, TokenId, UserId};
use crate::offices::OfficeId;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Officer,
    Supervisor,
    Administrator,
}

/// Whoever changes something: somebody signed in, a program with a token, or the product itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActorId {
    User(UserId),
    Token(TokenId),
    System,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    pub id: ActorId,
    pub name: String,
    pub role: Role,
    pub office: OfficeId,
    /// The officer who they are, if they advise.
    pub officer: Option<OfficerId>,
}

impl Actor {
    /// The product itself: rounds and the demonstration.
    pub fn system() -> Self {
        let name = "Sprechzeit".to_owned();
        Self { id: ActorId::System, name, role: Role::Administrator, office: OfficeId::STATE, officer: None }
    }

    /// May see an office's records.
    pub fn may_see(&self, office: &OfficeId) -> bool {
        self.role == Role::Administrator || self.office == *office
    }

    /// May plan an office's shifts, hours and absences.
    pub fn may_plan(&self, office: &OfficeId) -> bool {
        match self.role {
            Role::Administrator => true,
            Role::Supervisor => self.office == *office,
            Role::Officer => false,
        }
    }

    /// May say of an officer that they are away: that officer, and whoever plans their office.
    pub fn may_excuse(&self, officer: OfficerId, office: &OfficeId) -> bool {
        self.officer == Some(officer) || self.may_plan(office)
    }

    pub fn plans(&self) -> bool {
        self.role != Role::Officer
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Officer => "officer",
            Self::Supervisor => "supervisor",
            Self::Administrator => "administrator",
        })
    }
}

impl FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Officer, Self::Supervisor, Self::Administrator];
        let found = all.into_iter().find(|role| role.to_string() == text);
        found.ok_or_else(|| format!("\"{text}\" is not officer, supervisor or administrator"))
    }
}

impl fmt::Display for ActorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => id.fmt(f),
            Self::Token(id) => id.fmt(f),
            Self::System => f.write_str("system"),
        }
    }
}

impl FromStr for ActorId {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let user = || text.parse().map(Self::User);
        let token = || text.parse().map(Self::Token);
        let system = (text == "system").then_some(Self::System);
        system.or_else(|| user().or_else(|_| token()).ok()).ok_or_else(|| format!("\"{text}\" is nobody who acts"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_reaches_only_what_is_theirs() {
        let office = |code: &str| code.parse::<OfficeId>().unwrap();
        let officer = OfficerId::mint();
        for (role, own, other) in
            [(Role::Officer, false, false), (Role::Supervisor, true, false), (Role::Administrator, true, true)]
        {
            let actor = Actor { role, office: office("ka"), officer: Some(officer), ..Actor::system() };
            assert_eq!((actor.may_plan(&office("ka")), actor.may_plan(&office("fr"))), (own, other), "{role}");
            assert!(actor.may_excuse(officer, &office("ka")));
            assert_eq!(actor.may_excuse(OfficerId::mint(), &office("ka")), own);
        }
    }
}
