import type { AskContent } from './ask-shown.ts'
import type { EditorContent } from './editor-shown.ts'
import type { FormContent, ReportContent } from './form-shown.ts'
import type { DetailContent, HomeContent, ListContent } from './shown.ts'

/** What a page shows. */
export type Content =
  | ListContent
  | DetailContent
  | FormContent
  | ReportContent
  | EditorContent
  | HomeContent
  | AskContent
