import type { Control } from '../form-shown.ts'
import { words } from './words.ts'

const said = words.samlForm

/** A form has half a million bytes, and a browser sends `<` and `"` as three. */
export const mostMetadata = 200_000
export const metadataFile = '.xml,application/xml,text/xml,application/samlmetadata+xml'
export const keyFile = '.pem,.key,application/x-pem-file'

const { unset, ...modes } = said.encryptions
const options = Object.entries(modes).map(([value, text]) => ({ value, words: text }))

/** A mode that was set once can be changed, and not unset (UpdateSAMLProvider). */
export const encryptionField = {
  label: said.encryption,
  control: (now: string | undefined): Control => ({
    kind: 'radio',
    options: now ? options : [{ value: '', words: unset }, ...options],
  }),
}
