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
