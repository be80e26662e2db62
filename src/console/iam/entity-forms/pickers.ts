import { directoryVersion } from '../../../aws/gatehouse/directory/directory-model.ts'
import type { SearchedKind } from '../../../store/search.ts'
import { type Call, partOf } from '../../call.ts'
import type { Control, Option } from '../../form-shown.ts'
import { searches } from '../listing.ts'
import { words } from './words.ts'

/** One search looks through so many answers of a list operation. */
const mostCalls = 3
/** As much as a name may have. */
const mostSought = 128
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

/** The input of a search for what is looked for: as much as is shown, and whether there is more. */
const asked = (Kind: SearchedKind, sought: string, Marker: string | undefined) => ({
  ...{ Version: directoryVersion, Kind, Marker, MaxItems: mostShown + 1 },
  NamePart: sought.trim().slice(0, mostSought) || undefined,
})

export function pickPolicies(call: Call<typeof searches>, how: How) {
  return (sought: string) =>
    pickFrom(
      async (marker) => {
        const answer = await call(searches, asked('policy', sought, marker))
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

export function pickGroups(call: Call<typeof searches>, how: How) {
  return (sought: string) =>
    pickFrom(
      async (marker) => {
        const { Groups = [], Marker } = await call(searches, asked('group', sought, marker))
        return {
          options: Groups.map(({ GroupName, Path }) => optionOf(GroupName, Path)),
          marker: Marker,
        }
      },
      { ...how, sought },
    )
}

export function pickUsers(call: Call<typeof searches>, how: How) {
  return (sought: string) =>
    pickFrom(
      async (marker) => {
        const { Users = [], Marker } = await call(searches, asked('user', sought, marker))
        return {
          options: Users.map(({ UserName, Path }) => optionOf(UserName, Path)),
          marker: Marker,
        }
      },
      { ...how, sought },
    )
}

export function pickRoles(call: Call<typeof searches>, how: How) {
  return (sought: string) =>
    pickFrom(
      async (marker) => {
        const { Roles = [], Marker } = await call(searches, asked('role', sought, marker))
        return {
          options: Roles.map(({ RoleName, Path }) => optionOf(RoleName, Path)),
          marker: Marker,
        }
      },
      { ...how, sought },
    )
}

function optionOf(name: string, path: string): Option {
  return { value: name, words: name, help: path === '/' ? undefined : path }
}
