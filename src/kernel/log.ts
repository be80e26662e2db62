interface LogRow {
  /** `warn`: look at it in working hours. `error`: something does not work, or is lost. */
  readonly level: 'info' | 'warn' | 'error'
  /** For the operator: what happened, and what follows from it. */
  readonly means: string
}

/**
 * Every event of the operator's log. Names must not change, because alarms are set on them.
 * docs/operations.md has the same table.
 */
export const logEvents = {
  'settings-warning': {
    level: 'warn',
    means: 'the settings are fit, but something in them is hardly meant so (`problem`)',
  },
  reloaded: {
    level: 'info',
    means: 'the settings were read again and apply; `needRestart` names sections that wait',
  },
  'reload-refused': {
    level: 'warn',
    means: 'the changed settings have `problems`: those in force stay',
  },
  'settings-entity-kept': {
    level: 'error',
    means: 'the API made what the settings name too: it stays as the API made it',
  },
  'worker-started': { level: 'info', means: 'a process of `workers` serves' },
  'worker-ended': {
    level: 'error',
    means: 'a process of `workers` has ended by itself: another one starts after `againMs`',
  },
  'worker-failed': {
    level: 'error',
    means: 'a process of `workers` could not begin or apply new settings: it is replaced',
  },
  stopping: { level: 'info', means: 'a signal asks for the end' },
  'stop-forced': { level: 'error', means: 'something did not end in time: the process is killed' },
  'keys-rotated': { level: 'info', means: 'a new key seals and signs; older ones still open' },
  'keys-failed': {
    level: 'error',
    means: 'the key ring could not be read again or rotated; the next try is in 10 s',
  },
  'store-failing': {
    level: 'error',
    means: 'the store takes no writes (`error`): calls and sign-ins are answered 503',
  },
  'store-sync-failed': {
    level: 'error',
    means:
      'the disk could not make commits durable (`error`): nothing is written any more, restart ' +
      'when the disk is well',
  },
  'store-checkpoint-failed': {
    level: 'warn',
    means: "the store's log could not be moved into its database (`error`) and grows meanwhile",
  },
  'store-recovered': { level: 'info', means: 'the store takes writes again' },
  'postgres-lost': {
    level: 'error',
    means:
      'the primary of PostgreSQL does not answer (`error`): nothing is written, and what is in ' +
      'memory counts for `trustMemoryFor`',
  },
  'postgres-found': { level: 'info', means: 'a primary answers again, maybe another `server`' },
  'store-too-new': {
    level: 'error',
    means:
      'a newer node has changed the schema so that this one may not go on (`worksFrom`, it knows ' +
      '`known`): all calls are answered 503; start the newer version here too',
  },
  'store-cut-off': {
    level: 'error',
    means:
      'this node could not learn for `seconds` what other nodes did, such as revocations: calls ' +
      'are answered 503',
  },
  'store-up-to-date': { level: 'info', means: 'it can again, and serves' },
  'redis-failed': {
    level: 'error',
    means:
      'Redis cannot be used (`error`): nobody can sign in until it is back, and signed calls go on',
  },
  'redis-forgot': {
    level: 'warn',
    means:
      'Redis was emptied, restarted or replaced: proofs of before are refused, and who signs in ' +
      'begins once more',
  },
  'clock-skewed': {
    level: 'error',
    means: "this node's clock is so many `seconds` ahead of that of Redis (behind: below zero)",
  },
  'nodes-differ': {
    level: 'warn',
    means:
      'another `node` has other settings (`sections`) or another time (`secondsAhead`): each ' +
      'goes on with its own',
  },
  'redis-recovered': { level: 'info', means: 'it can again, after so many `seconds`' },
  'audit.failing': {
    level: 'error',
    means: 'the audit file cannot be written: events wait in memory',
  },
  'audit.lost': { level: 'error', means: 'events were dropped (`lost`): the trail has a gap' },
  'audit.rotation-failed': {
    level: 'error',
    means: 'the audit file could not be rotated (`reason`): it grows on, and nothing is lost',
  },
  'audit.recovered': { level: 'info', means: 'the audit file is written again' },
  'call-failed': {
    level: 'error',
    means: 'a bug: a call was answered `InternalFailure`; `err` has the cause',
  },
  'page-failed': {
    level: 'error',
    means: 'a bug: a person saw an error page with this `reference`; `error` has the cause',
  },
  'app-failed': {
    level: 'error',
    means: 'a bug: an app was answered `server_error`; `error` has the cause',
  },
  'app-not-told': {
    level: 'warn',
    means:
      'an `app` could not be told that a sign-in has ended; nothing of ours serves it any more',
  },
  'key-use-failed': {
    level: 'warn',
    means: 'when an access key was last used could not be kept; the next use tries again',
  },
  'app-keys-failed': {
    level: 'warn',
    means: 'the keys that an app publishes at `url` cannot be had: those of before serve, if any',
  },
  'last-accessed-failed': {
    level: 'warn',
    means: 'what users and roles last accessed could not be kept; it is tried again in a minute',
  },
  'issuer-keys-failed': {
    level: 'warn',
    means: 'the keys of a token `issuer` cannot be had: its tokens are refused',
  },
  'upstream-refused': {
    level: 'warn',
    means: 'the STS behind an account gave no credentials: `detail` is what it said',
  },
  'upstream-unrevoked': {
    level: 'error',
    means: 'a revocation holds here, and what AWS issued for a role lives on: `detail` says why',
  },
  'ldap.cleartext': {
    level: 'warn',
    means: 'a connector sends passwords to its directory without TLS',
  },
  'ldap.group-name-shared': {
    level: 'warn',
    means: 'several groups of the directory have one `name`: none of them counts under it',
  },
  'ldap.grace-sign-in': {
    level: 'warn',
    means: 'a password has expired, and the directory lets the person in `remaining` more times',
  },
  'ldap.failover': { level: 'warn', means: 'a directory server does not answer: another one does' },
  'recheck-unanswered': {
    level: 'warn',
    means: 'a connector cannot look up people who are signed in: they go on for `awaySeconds`',
  },
  'recheck-answered': { level: 'info', means: 'it can again' },
  'recheck-unrevoked': {
    level: 'error',
    means: 'a sign-in ended by a check, but there are too many revocations to add its sessions',
  },
  'open-session-unlisted': {
    level: 'warn',
    means:
      'somebody signed in and could not be put on the list of open sessions (`error`): they can ' +
      'be ended by person only',
  },
  'recent-sign-in-unkept': {
    level: 'warn',
    means: 'what a sign-in proved could not be kept for `gatehouse replay`; the sign-in counts',
  },
  'oidc.discovery-failed': {
    level: 'warn',
    means: 'the discovery document of a provider cannot be read: the last good one stays (`kept`)',
  },
  'saml.weak-algorithms': {
    level: 'warn',
    means: 'a connector accepts SHA-1, RSA 1.5 and triple DES',
  },
  'saml.metadata-kept': {
    level: 'warn',
    means: 'metadata of an identity provider cannot be read: the last good ones stay',
  },
  'saml.metadata-ends': {
    level: 'warn',
    means: 'metadata of an identity provider are over soon (`validUntil`), and sign-in with them',
  },
  'saml.key-unfit': {
    level: 'warn',
    means: "a signing key of an identity provider's metadata can not be used: it is left out",
  },
  'saml.certificate-ends': {
    level: 'warn',
    means: 'a certificate of an identity provider, or of ours, ends soon',
  },
} as const satisfies Readonly<Record<string, LogRow>>

export type LogEvent = keyof typeof logEvents

/**
 * The operator's log: one line for each notable event, at the level of its row. Refusals of callers
 * and people are audit events, not log lines. Must never contain a secret.
 */
export type Log = (event: LogEvent, detail: Readonly<Record<string, unknown>>) => void
