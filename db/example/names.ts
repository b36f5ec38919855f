import type { RoleGroup, Workforce } from '#server/people/input.ts'

/** Every name here is invented, and so is the borough: there is no Ashmere council. All addresses end in `.example`, which no mail server delivers to. */
export const partnershipName = 'Example Safeguarding Partnership'

/** As the settings of example mode have them: who signs certificates. */
export const signatory = { name: 'Rosalind Ekwueme', job: 'Training coordinator' }

export const sectors = [
  { name: 'Education', education: true },
  { name: 'Children’s social care', education: false },
  { name: 'Health', education: false },
  { name: 'Police and justice', education: false },
  { name: 'Adult services', education: false },
  { name: 'Housing', education: false },
  { name: 'Early years', education: false },
  { name: 'Voluntary and community', education: false },
  { name: 'Fire and rescue', education: false },
] as const

export type SectorName = (typeof sectors)[number]['name']

type Job = readonly [job: string, roleGroup: RoleGroup, workforce: Workforce]

export type TopAgency = {
  key: string
  name: string
  sector: SectorName
  domain: string
  tier: 'partner' | 'other'
  people: number
  jobs: readonly Job[]
}

/** The fourteen agencies at the top; schools and colleges stand under `education`. `people` is without trainers and without the cast. */
export const topAgencies: readonly TopAgency[] = [
  {
    key: 'education',
    name: 'Ashmere Education Service',
    sector: 'Education',
    domain: 'education.ashmere.example',
    tier: 'partner',
    people: 8,
    jobs: [
      ['Education safeguarding adviser', 'teaching', 'children'],
      ['Attendance officer', 'teaching', 'children'],
      ['Educational psychologist', 'other', 'children'],
    ],
  },
  {
    key: 'children',
    name: 'Ashmere Children’s Services',
    sector: 'Children’s social care',
    domain: 'children.ashmere.example',
    tier: 'partner',
    people: 150,
    jobs: [
      ['Social worker', 'social-work', 'children'],
      ['Senior social worker', 'social-work', 'children'],
      ['Team manager', 'management', 'children'],
      ['Family support worker', 'social-work', 'children'],
      ['Early help worker', 'youth-work', 'children'],
      ['Personal adviser', 'youth-work', 'both'],
    ],
  },
  {
    key: 'adults',
    name: 'Ashmere Adult Social Care',
    sector: 'Adult services',
    domain: 'adults.ashmere.example',
    tier: 'partner',
    people: 36,
    jobs: [
      ['Adult social worker', 'adult-care', 'adults'],
      ['Care manager', 'adult-care', 'adults'],
      ['Occupational therapist', 'adult-care', 'both'],
    ],
  },
  {
    key: 'community-health',
    name: 'Ashmere Community Health Trust',
    sector: 'Health',
    domain: 'communityhealth.ashmere.example',
    tier: 'partner',
    people: 49,
    jobs: [
      ['Health visitor', 'health-visiting', 'children'],
      ['School nurse', 'nursing', 'children'],
      ['Speech and language therapist', 'other', 'children'],
      ['Community nurse', 'nursing', 'both'],
    ],
  },
  {
    key: 'hospital',
    name: 'Ashmere General Hospital',
    sector: 'Health',
    domain: 'hospital.ashmere.example',
    tier: 'partner',
    people: 38,
    jobs: [
      ['Midwife', 'nursing', 'both'],
      ['Emergency department nurse', 'nursing', 'both'],
      ['Paediatric nurse', 'nursing', 'children'],
    ],
  },
  {
    key: 'gp',
    name: 'Ashmere GP Federation',
    sector: 'Health',
    domain: 'gp.ashmere.example',
    tier: 'partner',
    people: 28,
    jobs: [
      ['GP', 'general-practice', 'both'],
      ['Practice nurse', 'general-practice', 'both'],
      ['GP receptionist', 'general-practice', 'both'],
    ],
  },
  {
    key: 'police',
    name: 'Ashmere Police',
    sector: 'Police and justice',
    domain: 'police.ashmere.example',
    tier: 'partner',
    people: 35,
    jobs: [
      ['Police constable', 'policing', 'both'],
      ['Detective constable', 'policing', 'both'],
      ['Community support officer', 'policing', 'both'],
    ],
  },
  {
    key: 'early-years',
    name: 'Ashmere Early Years and Childcare',
    sector: 'Early years',
    domain: 'earlyyears.ashmere.example',
    tier: 'other',
    people: 36,
    jobs: [
      ['Nursery manager', 'early-years', 'children'],
      ['Nursery practitioner', 'early-years', 'children'],
      ['Childminder', 'early-years', 'children'],
    ],
  },
  {
    key: 'housing',
    name: 'Ashmere Housing and Homelessness',
    sector: 'Housing',
    domain: 'housing.ashmere.example',
    tier: 'partner',
    people: 26,
    jobs: [
      ['Housing officer', 'housing', 'both'],
      ['Homelessness adviser', 'housing', 'both'],
    ],
  },
  {
    key: 'voluntary',
    name: 'Ashmere Voluntary Alliance',
    sector: 'Voluntary and community',
    domain: 'voluntary.ashmere.example',
    tier: 'other',
    people: 25,
    jobs: [
      ['Volunteer co-ordinator', 'volunteering', 'both'],
      ['Refuge worker', 'volunteering', 'both'],
      ['Youth club leader', 'youth-work', 'children'],
    ],
  },
  {
    key: 'probation',
    name: 'Ashmere Probation',
    sector: 'Police and justice',
    domain: 'probation.ashmere.example',
    tier: 'partner',
    people: 6,
    jobs: [['Probation officer', 'probation', 'adults']],
  },
  {
    key: 'youth-justice',
    name: 'Ashmere Youth Justice Service',
    sector: 'Police and justice',
    domain: 'youthjustice.ashmere.example',
    tier: 'partner',
    people: 5,
    jobs: [['Youth justice worker', 'youth-work', 'children']],
  },
  {
    key: 'fire',
    name: 'Ashmere Fire and Rescue',
    sector: 'Fire and rescue',
    domain: 'fire.ashmere.example',
    tier: 'partner',
    people: 5,
    jobs: [['Fire safety officer', 'other', 'both']],
  },
  {
    key: 'faith',
    name: 'Ashmere Faith Forum',
    sector: 'Voluntary and community',
    domain: 'faith.ashmere.example',
    tier: 'other',
    people: 5,
    jobs: [['Safeguarding lead for a place of worship', 'volunteering', 'both']],
  },
]

const primaries = words(`
Northfield, Brookmead, Larkrise, Tanners Row, Old Orchard, Quarry Bank, Millrace, Foxcombe, Harebell
Kingfisher Lane, Saltmarsh, Beech Hollow, Stonebridge Way, Willowmere, Gorsey Hill, Ferry Street, Mayfly
Candle Hill, Brambledown, Owlswick, Copperfield Road, Rushbrook, Thistledown, Weavers Yard, Longmeadow
Ashmere Park, Pebble Mill Lane, Ropewalk, Skylark, Bluebell Rise, Cartwright Street, Dovecote
Elmhurst Green, Fallow Field, Greenstile, Hopyard, Ivy Lane, Juniper Close, Lime Kiln, Marram
Nightingale Road, Oakapple
`)

const secondaries = words(`
Ashmere High, Wharfside, Heron Valley, Castle Gate, Meadowbank, Eastmoor, Priory Fields, Westbrook, Turnpike
Summerhouse, Canal Quarter, Ridgeway Cross
`)

/** Sixty schools and colleges, with the domain of their addresses. */
export const schools: readonly { name: string; domain: string; tier: 'partner' | 'other' }[] = [
  ...primaries.map((name) => ({ name: `${name} Primary School`, tier: 'partner' as const })),
  ...secondaries.map((name, i) => ({
    name: `${name} ${i % 3 === 0 ? 'School' : 'Academy'}`,
    tier: i % 3 === 0 ? ('partner' as const) : ('other' as const),
  })),
  { name: 'Beacon Special School', tier: 'partner' as const },
  { name: 'Harbour Lights Special School', tier: 'partner' as const },
  { name: 'The Paddock Pupil Referral Unit', tier: 'partner' as const },
  { name: 'Ashmere College', tier: 'other' as const },
  { name: 'Ashmere Sixth Form College', tier: 'other' as const },
  { name: 'Riverside Studio College', tier: 'other' as const },
].map((school) => ({ ...school, domain: `${slug(school.name)}.example` }))

export const venues = [
  { name: 'Ashmere Civic Centre, Committee Room 2', address: 'Civic Centre, High Street, Ashmere AS1 1XX (invented)' },
  { name: 'The Learning Loft, Ashmere Library', address: 'Library Square, Ashmere AS1 2XX (invented)' },
  { name: 'Wharf House, Training Room', address: 'Canal Wharf, Ashmere AS2 3XX (invented)' },
  { name: 'Heron Valley Community Hall', address: 'Heron Valley Road, Ashmere AS4 5XX (invented)' },
  { name: 'Ashmere Town Hall, Assembly Room', address: 'Market Place, Ashmere AS1 1XZ (invented)' },
] as const

export const givenNames = words(`
Amara, Bilal, Chloë, Dmitri, Ebony, Farah, Gareth, Hana, Idris, Jolanta, Kwame, Leïla, Marek, Nadia, Osei
Priya, Quentin, Rosa, Siobhán, Tariq, Una, Viktor, Wanda, Xin, Yusuf, Zofia, Abena, Ben, Carys, Dilip, Elif
Femi, Grace, Hugo, Inês, Jamal, Katya, Lorna, Mei, Niamh, Oluwaseun, Paolo, Ravi, Sunita, Tomasz, Ursula
Vanessa, Will, Yasmin, Zainab, Aoife, Bogdan, Celeste, Dafydd, Esme, Fiona, Gülşen, Harpreet, Imogen, João
Kiran, Lucia, Mohammed, Nkechi, Owen, Patience, Rhys, Simran, Thandiwe, Veronica, Anwen, Bharti, Colm
Deborah, Emeka, Freya, Giorgos, Helen, Ilse, Jack
`)

export const surnames = words(`
Abbotsley, Adeyinka, Barrowclough, Bhattal, Brennock, Castellano, Chukwuma, Cleghorn, Dąbrowicz, Daventry
Dhaliwani, Egerton-Shah, Eyiuche, Fairbrass, Farrokhi, Fennimore, Gallowhill, Garcévez, Gbadamosi
Hallworthy, Haverstock, Hussaini, Ibekwe, Iwanicki, Jankowiak, Jessop-Lane, Kamaraju, Kettleborough, Kovačik
Lampard-Ray, Lindqvistson, Łukasik, MacAskill-Dunn, Mbatha, Merriweather, Mukherji, Nakamuro, Nettlefold
Nguyễn-Hart, Obuya, O’Riordan, Ormerod, Papadakou, Pemberley, Pillai-Cross, Quashie, Quillfeather, Rahmani
Rosebery, Ruthven, Saltonstall, Sørlie, Szczepan, Tamblyn, Tesfaye, Thackrah, Uddinov, Umarji, Underhay
Vasquinho, Venkatar, Wainfleet, Wanjiru, Woolstencroft, Xiangli, Yardley-Okoro, Yıldızer, Zabludow, Zielonka
Zuberi
`)

export function slug(name: string): string {
  return name
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'L')
    .replaceAll('ø', 'o')
    .replaceAll('ı', 'i')
    .normalize('NFD')
    .replace(/[\u0300-\u036f’']/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

function words(list: string): string[] {
  return list
    .split(/[,\n]/)
    .map((word) => word.trim())
    .filter(Boolean)
}
