// What the parts of the app hand to each other, for the checker of types (`make check`); nothing of it runs.

/**
 * @typedef {{iv: Uint8Array<ArrayBuffer>, text: ArrayBuffer}} Sealed
 *   Something encrypted (AES-GCM): `iv` is 12 random bytes, `text` the ciphertext with its tag.
 *
 * @typedef {Object} Lock  How one person's key is kept: itself sealed under their passphrase.
 * @property {string} id  random; what this person's visits carry as their owner
 * @property {string} nameHash
 * @property {Uint8Array<ArrayBuffer>} salt
 * @property {number} iterations
 * @property {Sealed} wrapped
 * @property {Sealed} author
 *
 * @typedef {Object} Author  Who writes: fixed when the writing begins.
 * @property {string} name
 * @property {string|null} station
 * @property {string|null} watch
 * @property {boolean} is_in_charge
 *
 * @typedef {"draft"|"waiting"|"sent"|"returned"} State
 *
 * @typedef {Object} StoredVisit  A visit as it lies in the database: only these few words of it can be read there.
 * @property {string} id
 * @property {string} owner
 * @property {State} state
 * @property {number} at
 * @property {Sealed} sealed
 *
 * @typedef {Object} StoredPhoto
 * @property {string} id
 * @property {string} visit
 * @property {string} owner
 * @property {Sealed} sealed
 *
 * @typedef {{pointer: string, reason: string, onlyWarns?: boolean}} Reason
 *   What stands against a field: `pointer` is its JSON pointer in the submission.
 *
 * @typedef {{submission_id: string, content_sha256: string, received_at: string, missing_media: string[]}} Receipt
 *
 * @typedef {Object} Visit  A visit, open: what its writer sees. Times are milliseconds since 1970, UTC.
 * @property {string} id  the submission_id, a UUID of version 7
 * @property {string} owner  the id of the lock whose key seals it
 * @property {State} state
 * @property {Author} author
 * @property {Record<string, any>} content  the submission as far as it is written
 * @property {Record<string, string>} photos  SHA-256 of each photograph → id of its bytes in the database
 * @property {number} begun_at
 * @property {number} changed_at
 * @property {string} page  letter of the section that was open last
 * @property {string|null} body  exactly what is sent, from the moment of pressing "Send"
 * @property {Sending} sending
 * @property {Receipt|null} receipt
 * @property {number|null} sent_at  when the last part was confirmed
 * @property {Reason[]} reasons  what the server wants mended
 * @property {string} remark  why it came back, in words
 * @property {Record<string, Drawing>} [drawings]  what is drawn on photographs, by the SHA-256 of each as it is sent
 * @property {Record<string, string>} [filled]  by the path of a question that the app answered: where the answer is from; never sent
 * @property {Known} [known]  what the record said when the visit was begun from it; never sent
 *
 * @typedef {Record<string, any> & {sha256: string, mime: string, bytes: number, caption?: string, contains_people?: boolean, floor?: string, pin?: {plan: string, x: number, y: number}}} Medium
 *   A photograph or plan of the list: `pin` is where on another picture of it, in fractions of its sides.
 *
 * @typedef {{kind: "line"|"arrow"|"label", colour: string, points: [number, number][], words?: string}} Mark
 *   Something drawn on a photograph: `points` are fractions of its width and height, from the upper left corner.
 *
 * @typedef {Object} Drawing  It stays on the tablet: what is sent is the photograph with it.
 * @property {string} plain  SHA-256 of the photograph as it was before
 * @property {Mark[]} marks  what the photograph has as it is sent
 * @property {Mark[]|null} begun  what it would have after "Done"; null while nothing is being changed
 *
 * @typedef {{key: string, path: string, label: string, value: any, words: string, seen_at: string|null, seen_by_method: string|null, freshness: string}} Fact
 *   One published fact of a record: `path` is the JSON pointer of its place in the form.
 *
 * @typedef {Object} Premises  A premises with its record, as the server gives it (GET /api/v1/control/device-pack).
 * @property {string} premises_id
 * @property {string|null} uprn
 * @property {string} name
 * @property {string} address
 * @property {string} postcode
 * @property {number} latitude  degrees, WGS 84
 * @property {number} longitude
 * @property {number} easting  metres, EPSG:27700
 * @property {number} northing
 * @property {string|null} premises_class
 * @property {string|null} premises_class_words
 * @property {number|null} level
 * @property {number} record_version
 * @property {string|null} review_due_on  as 2026-11-30
 * @property {string[]} ask_about  keys of the facts to ask about, the stalest first
 * @property {Temporary[]} [temporary]  what holds for a while; records from before it was given have none
 * @property {{reviewed_on: string, review_due_on: string}|null} [plan]  the age of the tactical plan; older records have none
 * @property {Notice[]} [notices]  those in force, a prohibition first; records from before they were given have none
 * @property {string[]} [audit_summary]  what the last audit wrote for firefighters
 * @property {Fact[]} facts
 *
 * @typedef {{what: string, starts_on: string, ends_on: string, by_crew: boolean, not_seen?: boolean}} Temporary
 *   A temporary risk; past its end it stays until somebody ends or renews it.
 *
 * @typedef {{words: string, says: string, restricts: string, unit: string, is_prohibition: boolean}} Notice
 *   A notice in force until Protection lifts it.
 *
 * @typedef {Pick<Premises, "premises_id"|"uprn"|"name"|"address"|"postcode"|"latitude"|"longitude"|"easting"|"northing"|"level"|"review_due_on"|"premises_class_words"|"temporary"|"plan"|"notices"|"audit_summary"> & {chunk: string}} Entry
 *   A premises in the list: `chunk` is where its facts lie.
 *
 * @typedef {{lat: number, lon: number, entries: Entry[], due: "overdue"|"soon"|""}} Spot
 *   A point with every premises that stands there; `due` is of the one whose review falls due first.
 *
 * @typedef {{type: "Feature", properties: {kind: "service"|"station_ground", code: string, name: string}, geometry: {type: "MultiPolygon", coordinates: number[][][][]}}} Outline
 *   The service's area or a station's ground (GET /api/v1/premises/outlines).
 *
 * @typedef {{lat: number, lon: number, accuracy_m: number, at: number}} Fix  Where the tablet was, and when.
 *
 * @typedef {{station: string, cursor: string, made_at: string, total: number, entries: Entry[], outlines: Outline[] | null}} PackHead
 *   `outlines` is null as long as the server has not given them.
 *
 * @typedef {Object} Known
 * @property {string} premises_id
 * @property {string} made_at  when the server gave the record
 * @property {string[]} ask_about
 * @property {Fact[]} facts
 * @property {string[]} changed  paths of the facts that the crew said have changed
 * @property {Record<string, string[]>} together  by section: paths of the facts that were confirmed with one tap
 *
 * @typedef {Object} Change  What became of a visit that was sent, in the server's words (`GET /api/v1/visits/changes`).
 * @property {string} submission_id
 * @property {string} address
 * @property {string} received_at
 * @property {string} state
 * @property {string} state_words
 * @property {string} says
 * @property {string[]} more
 * @property {string} then
 * @property {boolean} must_act
 * @property {string|null} amends
 * @property {number} comments
 * @property {{words: string, at: string, detail: string}[]} steps
 *
 * @typedef {Object} AskedVisit  A visit that a station is asked for (`GET /api/v1/visits/asked`).
 * @property {string} ask_id
 * @property {string} premises_id
 * @property {string} name
 * @property {string} address
 * @property {string} postcode
 * @property {string} reason
 * @property {string} due_on  YYYY-MM-DD
 * @property {boolean} is_overdue
 * @property {string} watch_words
 * @property {string|null} [incident_no]  of the incident after which it is asked for
 * @property {string[]} [questions]  what such an inspection must answer
 *
 * @typedef {Object} News  What the server told one person last; `at` is when it answered, null for never.
 * @property {string} cursor
 * @property {number|null} at
 * @property {Record<string, Change>} visits  by submission_id
 * @property {{etag: string, at: number|null, visits: AskedVisit[]}} asked
 *
 * @typedef {Object} Sending
 * @property {number} tries  failures one after another
 * @property {number} next_at  when to try again by itself
 * @property {number} held_until  not before: the server asked for it
 * @property {boolean} [is_no_danger]  the server, which had room for dangers alone, did not take it
 * @property {string} trouble  what went wrong last, in words; empty for nothing
 * @property {string[]} confirmed  SHA-256 of each photograph that the server has whole
 * @property {number} restarts  how often a photograph was begun anew because its bytes did not arrive as they left
 *
 * @typedef {import("./form.js").Choice} Choice
 * @typedef {import("./form.js").Field} Field
 * @typedef {import("./form.js").Section} Section
 * @typedef {import("./form.js").Form} Form
 */

export {};
