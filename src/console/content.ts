import type { EditorContent } from './editor-shown.ts'
import type {
  AskContent,
  DetailContent,
  FormContent,
  HomeContent,
  ListContent,
  ReportContent,
} from './shown.ts'

/** What a page shows. */
export type Content =
  | ListContent
  | DetailContent
  | FormContent
  | ReportContent
  | EditorContent
  | HomeContent
  | AskContent
