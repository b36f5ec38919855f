import type { CostHead } from '#server/impact/input.ts'

/** The heads of a programme's money, as they stand in the report and on the page where they are typed. */
export const headWords: Record<CostHead, string> = {
  fees: 'Training income',
  contribution: 'Contributions of partners',
  grant: 'Grants',
  'other-income': 'Other income',
  providers: 'Training providers',
  venues: 'Venue hire',
  conference: 'Conference',
  catering: 'Catering',
  outreach: 'Voluntary outreach',
  administration: 'Administration',
  'other-cost': 'Other costs',
}
