// The demonstration's logins that the tests use; all have the same password.

export const OFFICER = "beratung";
export const SUPERVISOR = "planung";
export const ADMINISTRATOR = "land";
