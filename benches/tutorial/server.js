// SPDX-License-Identifier: EUPL-1.2
// SPDX-FileCopyrightText: 2026 The Sprechzeit authors
// An incoming call as Twilio's tutorials for Node answer it: Express, the package's own check of the signature, its writer
// of TwiML, and two rows in one durable transaction, in the same tables and the same mode as the program beside which it
// is measured. Arguments: the database's file, the account's token, the public address of webhooks.

import { randomBytes } from "node:crypto";
import Database from "better-sqlite3";
import express from "express";
import twilio from "twilio";

const [file, token, address] = process.argv.slice(2);
const db = new Database(file);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
const findHotline = db.prepare("SELECT id, office_id, flow FROM hotlines WHERE number = ? AND active");
const insertCall = db.prepare(`INSERT INTO calls (id, provider, provider_call, hotline_id, office_id, state, place, step,
    started_at, updated_at, flow, flow_version, node) VALUES (?, 'twilio', ?, ?, ?, 'running', ?, 1, ?, ?, ?, 1, 'menu')`);
const insertStep = db.prepare(`INSERT INTO call_steps (call_id, step, at, event, reply, flow, trail)
    VALUES (?, 0, ?, 'started', ?, ?, '')`);

const answer = db.transaction((call) => {
  const hotline = findHotline.get(call.To);
  const id = randomBytes(16);
  const now = Date.now() * 1000;
  const twiml = new twilio.twiml.VoiceResponse();
  twiml.say({ language: "de-DE" }, "Guten Tag. Hier ist das Beratungstelefon der Polizei. In Gefahr wählen Sie 110.");
  const gather = twiml.gather({ action: `${address}/step/${id.toString("hex")}/1`, numDigits: 1, timeout: 5 });
  gather.say({ language: "de-DE" }, "Bei Betrug drücken Sie die 1. Zum Einbruchschutz drücken Sie die 2. Sonst die 0.");
  twiml.redirect(`${address}/step/${id.toString("hex")}/1`);
  const document = twiml.toString();
  insertCall.run(id, call.CallSid, hotline.id, hotline.office_id, Buffer.from("{}"), now, now, hotline.flow);
  insertStep.run(id, now, Buffer.from(document), hotline.flow);
  return document;
});

const app = express();
app.use(express.urlencoded({ extended: false }));
const check = twilio.webhook(token, { url: `${address}/telephony/twilio/voice` });
app.post("/telephony/twilio/voice", check, (request, response) => {
  response.type("text/xml").send(answer(request.body));
});
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
