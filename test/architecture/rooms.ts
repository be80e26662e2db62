/**
 * The rooms of `src`, and `views`, from the ground floor to the roof. A room imports only from the
 * rooms on its list, and all of them stand on a lower floor: so imports go in one direction, and
 * rooms of the same floor do not know each other. docs/decisions/0001-rooms.md says why.
 */
export const floors: readonly Readonly<Record<string, readonly string[]>>[] = [
  { kernel: [] },
  { outbound: ['kernel'] },
  {
    policy: ['kernel'],
    mapping: ['kernel'],
    store: ['kernel'],
    audit: ['kernel'],
    'web-identity': ['kernel', 'outbound'],
  },
  {
    reference: ['kernel', 'policy'],
    credentials: ['kernel', 'store'],
    connectors: ['kernel', 'outbound', 'web-identity'],
    upstream: ['kernel', 'outbound'],
  },
  {
    config: [
      'kernel',
      'outbound',
      'policy',
      'mapping',
      'store',
      'web-identity',
      'reference',
      'connectors',
      'upstream',
    ],
    sessions: [
      'kernel',
      'policy',
      'mapping',
      'store',
      'audit',
      'web-identity',
      'reference',
      'credentials',
      'connectors',
      'upstream',
    ],
  },
  { authorization: ['kernel', 'policy', 'store', 'audit', 'reference', 'credentials', 'sessions'] },
  {
    client: ['kernel', 'credentials', 'authorization'],
    'sign-in': [
      'kernel',
      'policy',
      'mapping',
      'store',
      'audit',
      'web-identity',
      'credentials',
      'connectors',
      'upstream',
      'sessions',
    ],
    aws: [
      'kernel',
      'policy',
      'mapping',
      'store',
      'audit',
      'web-identity',
      'reference',
      'credentials',
      'sessions',
      'authorization',
    ],
  },
  {
    console: ['kernel', 'policy', 'store', 'audit', 'reference', 'sessions', 'sign-in', 'aws'],
    apps: ['kernel', 'mapping', 'store', 'audit', 'credentials', 'sessions', 'sign-in'],
  },
  { views: ['kernel', 'credentials', 'sign-in', 'aws', 'console', 'apps'] },
  {
    http: [
      'kernel',
      'policy',
      'mapping',
      'store',
      'audit',
      'credentials',
      'connectors',
      'upstream',
      'sessions',
      'authorization',
      'sign-in',
      'aws',
      'console',
      'apps',
      'views',
    ],
  },
  { wiring: everythingBelow() },
  { 'gatehouse.ts': everythingBelow('wiring') },
  { workers: ['kernel', 'audit', 'config', 'http', 'gatehouse.ts'] },
  { 'serve.ts': ['kernel', 'config', 'http', 'gatehouse.ts', 'workers'] },
  { cli: everythingBelow('wiring', 'gatehouse.ts', 'workers', 'serve.ts') },
  { 'main.ts': ['cli'] },
]

/** What wires the others together may import all of them, except what people and calls meet. */
function everythingBelow(...more: readonly string[]): readonly string[] {
  return [
    'kernel',
    'outbound',
    'policy',
    'mapping',
    'store',
    'audit',
    'web-identity',
    'reference',
    'credentials',
    'connectors',
    'upstream',
    'config',
    'sessions',
    'authorization',
    'sign-in',
    'aws',
    'console',
    'apps',
    'http',
    ...more,
  ]
}

/** The rooms that a room may import. */
export const mayImport: ReadonlyMap<string, readonly string[]> = new Map(
  floors.flatMap((floor) => Object.entries(floor)),
)

const heights = new Map(
  floors.flatMap((floor, height) => Object.keys(floor).map((room) => [room, height] as const)),
)

/** Whether an import goes upward, or to a room of the same floor. */
export function goesUp(from: string, to: string): boolean {
  return from !== to && (heights.get(to) ?? Infinity) >= (heights.get(from) ?? -1)
}

/** Imports that break the direction today, each until the day its reason says. */
export const exceptions: readonly { from: string; to: string; until: string }[] = []
