import { type Call, partOf } from '../../call.ts'
import type { Control, Option } from '../../shown.ts'
import { words } from './words.ts'

/** One search looks through so many answers of a list operation. */
const mostCalls = 3
const mostItems = 1000
/** More are a list to read, and none to choose from. */
const mostShown = 200

interface Listed {
  readonly options: readonly Option[]
  readonly marker: string | undefined
}

interface Picking {
  readonly many: boolean
  /** What is typed where the session may not list: `the name of a group`. */
  readonly typed: string
  readonly sought: string
}

/** What a field chooses from; a line to type in where the session may not list it. */
export async function pickFrom(
  list: (marker: string | undefined) => Promise<Listed>,
  { many, typed, sought }: Picking,
): Promise<Control> {
  const wanted = sought.trim().toLowerCase()
  const options: Option[] = []
  let marker: string | undefined
  for (let calls = 0; calls < mostCalls && options.length <= mostShown; calls++) {
    const part = await partOf(list(marker))
    if ('denied' in part) return { kind: 'line', note: words.choose.typed(typed) }
    const { value } = part
    options.push(...value.options.filter(({ words: name }) => name.toLowerCase().includes(wanted)))
    marker = value.marker
    if (marker === undefined) break
  }
  const more = marker !== undefined || options.length > mostShown
  return { kind: 'pick', many, options: options.slice(0, mostShown), more, sought }
}

type How = Omit<Picking, 'sought'>

export function pickPolicies(call: Call<'iam:ListPolicies'>, how: How) {
  return (sought: string) =>
    pickFrom(
      async (Marker) => {
        const answer = await call('iam:ListPolicies', { Marker, MaxItems: mostItems })
        return {
          options: (answer.Policies ?? []).map(({ PolicyName = '', Arn = '' }) => ({
            ...{ value: Arn, words: PolicyName, help: Arn },
          })),
          marker: answer.Marker,
        }
      },
      { ...how, sought },
    )
}

export function pickGroups(call: Call<'iam:ListGroups'>, how: How) {
  return (sought: string) =>
    pickFrom(
      async (Marker) => {
        const answer = await call('iam:ListGroups', { Marker, MaxItems: mostItems })
        return { options: answer.Groups.map(groupOption), marker: answer.Marker }
      },
      { ...how, sought },
    )
}

function groupOption({ GroupName, Path }: { readonly GroupName: string; readonly Path: string }) {
  return { value: GroupName, words: GroupName, help: Path === '/' ? undefined : Path }
}

export function pickUsers(call: Call<'iam:ListUsers'>, how: How) {
  return (sought: string) =>
    pickFrom(
      async (Marker) => {
        const answer = await call('iam:ListUsers', { Marker, MaxItems: mostItems })
        return {
          options: answer.Users.map(({ UserName, Path }) => ({
            ...{ value: UserName, words: UserName, help: Path === '/' ? undefined : Path },
          })),
          marker: answer.Marker,
        }
      },
      { ...how, sought },
    )
}
