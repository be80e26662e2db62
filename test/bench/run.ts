// `npm run bench NAME [-- OPTION…]` measures one thing; without a name it lists them.
const benches = {
  authorize: 'questions of services, against an Express route that answers the same bytes',
  console: 'every page of the console: CPU and bytes, on a large account',
  sts: 'STS calls, against an Express route that answers the same bytes',
  'web-identity': 'AssumeRoleWithWebIdentity, against an Express route',
  'sign-in': "CPU of a sign-in, against the directory's own bind and searches (needs slapd)",
  gate: 'a verified request of forward authentication, against an Express route',
  saml: 'SAML responses verified, against node-saml',
  oidc: 'code flows and refreshes of apps, against bare oidc-provider',
  feed: 'a signed metadata feed of 50 MB: time, memory, turns of the event loop',
  growth: 'calls as accounts grow, and what a write costs the calls beside it',
  iam: 'operations of IAM with 1,000 and with 100,000 users',
  minting: 'what a session costs to make while ever more are outstanding',
  policy: 'decisions, against Cedar, casbin and a plain loop',
  scale: 'the same work on SQLite, two workers, PostgreSQL, and two nodes with Redis',
  sigv4: 'reading and verifying signatures, one core',
  start: 'cold start, idle memory, and kept credentials at the terminal',
} as const

const name = process.argv[2] ?? ''
if (Object.hasOwn(benches, name)) await import(`./${name}.ts`)
else {
  for (const [known, what] of Object.entries(benches)) console.log(`${known.padEnd(14)}${what}`)
  process.exitCode = name === '' ? 0 : 1
}
