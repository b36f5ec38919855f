/*
 * What is often written with a capital letter and names nobody: tools, agencies, laws, roles, months, weekdays. One list of
 * words and one of phrases; a word that is a person's name too ("Brook", "Star", "Summer") stands in a phrase alone. There is
 * no list of names: it would know the common ones best and protect some families less.
 */

const words = `
i a an the and or but if so as at by for from in into of off on onto our out over than that this these those then there their
they to too up us we he she his her him hers it its my me mine you your yours who whom whose what when where which why how
is are was were be been being am do does did done have has had having can could may might must shall should would not no nor yes
n/a na none nothing nobody noone everyone everybody everything someone somebody something anyone anybody anything all any
another other others each every both either neither few fewer many more most much less least some several such same own only
about above across after again against almost along already also although always among around away back because before
behind below beside besides between beyond during else even ever except finally first firstly second secondly third fourth
last lastly further here hopefully however indeed instead just later maybe meanwhile mostly moreover near nearly never
next now often once otherwise overall perhaps please previously quite rather really recently since sometimes soon still
therefore though through throughout thus today together tomorrow tonight towards under unless until unfortunately usually very
via well while whilst with within without yesterday yet ok okay thanks thank hello hi dear sorry
one two three four five six seven eight nine ten eleven twelve hundred half
act action actions activity add added address advice advise agree agreed agenda aim aims allow analysis annual answer apply
approach approaches appropriate area areas ask asked asking assess assessed assessing assessment attend attended attending aware
awareness bank become began begin being believe best better big book booking box brief briefing bring build bullet call called
calling care careful case cases cause challenge challenged challenging change changed changes changing chair chairing chart
check checked checklist checking choice choose clear clearer clearly code come coming comment community concern concerns
conference confidence confident consent consider considered considering contact content context contextual continue continued
conversation conversations copy core course courses create created culture curiosity curious daily data date day days decide
decided decision decisions deliver delivered delivery designated detail details develop developed developing development
difference different differently difficult direct directly discuss discussed discussing discussion distance document
documents domain drop duty early easier easy effective embed embedding emergency encourage encouraged end engage engaged
engagement ensure ensured ensuring equality escalate escalated escalating escalation evaluate evidence example excellent
exercise experience explain explained explore explored exploring face feedback feel feeling felt figure file find finding
focus focused follow followed following food form forms formulation forum found framework front full future gain gave get
getting give given giving go going good got great ground group groups guidance guide guideline guidelines had having health
hear heard hearing help helped helpful helping helps high home hospital house household hub idea ideas identify identified
identifying impact implement implemented important improve improved improving include included including increase increased
independent inform information informed initial inspection intend introduce introduced invite invited involve involved
involving issue join joined joint keep keeping kept key know knowing knowledge known language law lead leading learn learned
learning learnt led legal lesson lessons let letter level levels line lines list listen listened listening lived local long
look looked looking loved low lunch made main make making map matrix mean medium meet meeting meetings member met mind minute
minutes model module money month months move moved moving multi multi-agency name named national need needed needs network
new news newsletter north south east west note noted notes notice noticed number observe observed offer offered offering office
open opened option order organisation outcome outcomes outreach page paper part parts participate pathway people perfect
period person personal phone plan planned planning plans point police policies policy poor positive possible post poster
practical practice practise pre prepare prepared presentation prevent prevention private procedure procedures process
professional professionals profile programme project prompt protect protected protecting protection protective protocol
provide provided providing provision public purpose put question questions questionnaire quick quickly raise raised raising
ran rang read reading reason reception recognise recognised recognising record recorded recording records refer referral
referrals referred referring reflect reflected reflecting reflection reflective refresher regarding regional register
registered regular regularly relationship relevant remember remembered reminded report reported reporting reports request
requested research resolution resource resources respond responded response responsibility result review reviewed reviewing
reviews right rights ring risk risks role room rota safe safeguard safeguarding safer safety said saw say scale school schools
score screening section see seeing seen self sent serious service services session sessions set setting settings shadow share
shared sharing sheet shift show showed simple site situation skill skills slide slides small social speak speaking special
specialist specific spend spoke spoken spring staff stage standard standards start started starting statement statutory stay
step steps stop strategic strategy strength strengths strong structure structured study style suggest suggestion summary
supervised supervising supervision supervisions support supported supporting sure system systems take taken taking talk talked
talking task taught teach teaching team teams technique tell telling template term terms test thematic theme themes think
thinking thought threshold thresholds time times timeline toolkit tool tools took topic total track trained training transition
treat trial tried trust trusted try trying turn understand understanding understood unit update updated use used useful using
value venue version view views virtual visit visited visiting voice vulnerable waiting walk want wanted warning watch week
weekly weeks welcome wellbeing went whole wide wish wishes word work worked working works workshop world worried worry would
write writing written wrote year years zone
abuse abused adult adults advocate advocacy agencies agency aunt auntie baby bereavement board boards boy boys bruise bruises
bruising brother bullying capacity carer carers chaplain child childhood childminder children chronology chronologies clinic
client clients clinician college colleague colleagues commissioner commissioning committee congregation constable coordinator
co-ordinator council councillor counsellor counselling court courts cousin dad dads daughter delegate delegates dentist
department deputy designated director disability disabled disclosure domestic doctor drug drugs education emotional employer
exploitation exploited families family father fathers forced foster fostering friend friends gangs girl girls governor governors
government gp gran grandad grandfather grandma grandmother grandpa granny group guardian harm head headteacher headteachers
hospice housing husband incident infant inquiry inspector inspectors intervention interventions judge junior justice keyworker
landlord leader leaders leadership learner librarian looked-after lord manager managers management marriage maternity medical
mental midwife midwives mother mothers mum mums mam mom nan nana nanny neglect nhs nurse nurses nursery nurseries nursing officer
officers online parent parents parenting partner partners partnership patient patients physical playgroup police practitioner
practitioners pregnancy preschool primary prison probation psychiatrist psychologist pupil pupils receptionist resident residents
safeguard secondary secretary senior sex sexual sexualised sibling siblings sister slavery son staffing stepdad stepmum student
students substance suicide supervisor supervisors surgery teacher teachers teenager therapist therapy trafficking trainer trainers
trauma trustee trustees uncle unborn university violence volunteer volunteers welfare wife woman women men man worker workers
workforce young youngster youth youths lad lads lady ladies person’s
monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct
nov dec
christmas easter ramadan eid diwali hanukkah passover vaisakhi halloween covid covid-19 coronavirus pandemic lockdown god internet
england english britain british uk scotland scottish wales welsh ireland irish london europe european eu african asian caribbean
polish romanian ukrainian somali urdu punjabi bengali arabic french spanish portuguese turkish kurdish pashto dari farsi tigrinya
lithuanian bulgarian albanian hungarian slovak czech italian german greek chinese mandarin cantonese hindi gujarati tamil
vietnamese makaton bsl traveller travellers gypsy roma muslim muslims sikh sikhs hindu hindus jewish catholic quaker buddhist
black white lgbt lgbtq
ofsted barnardo barnardos childline nspcc samaritans cafcass camhs mash lado marac mappa dash cpoms myconcern safeguard liquidlogic
mosaic systmone emis rio niche eclipse azeus outlook excel word powerpoint sharepoint zoom google microsoft apple android iphone
ipad whatsapp snapchat tiktok instagram facebook youtube twitter discord roblox fortnite minecraft telegram netflix kooth relate
refuge shelter senco sendco sencos dsl ddsl ehcp ehcps marf cp cin lac gcp gcp2 hcp kcsie wtsc ceop iopc hmic cqc icb icbs lscp lscb sab
jtai lcspr sar sars sarsb dols lps mca gdpr ukgdpr dpa foi fgm cse cce cme hbv hba aces ace pace nrm nrpf idva isva irisi iris ehm
taf tac emdr cbt adhd asd asc send sen eal eyfs dfe nice rcpch bma rcn nmc bacp hcpc swe iro irc ypa yot yjs yos uasc
gillick fraser laming munro maslow narrative motivational interviewing multiagency lac outofhours mdt dna wnb pep pld ld pals
ptsd ocd vawg vru pcso phse pshe rshe cpd qr pdf ppt powerpoints url wifi app apps email emails zoomed webinar webinars e-learning
elearning graded signs sign visitor visitors authority authorities life difficulties difficulty mechanism continuum door conditions
condition lived wheel window  quiz kahoot mentimeter padlet slido miro
abduction accommodation accident achievement additional adolescent adolescents adoption adversity alcohol alert alternative antenatal
anti anxiety apprentice arrangement assembly assistant associate attachment attendance attorney autism babies badge basic based
behaviour behaviours belief benefit benefits body brain breast budget business café calendar campaign card career catalogue centre
central certificate childcare chief chronic circle city civil class classroom closed closure clothing club coach coaching coercive
cohort collaborative collaboration commitment communication companion compass compassion complaint complaints complex compliance
computing conduct confidential conflict contract control counter country county crime criminal crisis criteria critical cross
cruelty cuckooing custody cut cyber cycle dashboard database deaf death debate debt defence definition dementia dental deprivation desk
diabetes diagnosis dialogue diary digital dignity disguised display district diverse diversity division draft driving economic elder
elderly elective element enforcement enquiry enquiries environment epilepsy essential ethnic event events exclusion executive extra
fabricated failure fairness false fear festival financial finance fire fit flag flow flowchart foundation freedom gambling gang
gender general genogram goal goals grid grief grooming handbook handover hate hazard hidden history hoarding homeless homelessness
honour hour hours human hygiene identity illness images imagery inclusion induced induction inequality injury injuries insight
institute insurance integrated intelligence intensive interest interests interim internal international interpreter interview intimate
job journey kit knife label ladder landscape leaflet leave leaver library licence lifelong light link listening literacy living log
lone loneliness loss male female mapping maths measure measures mediation meal media memory menu mentor mentoring message method
mindfulness minimum missing mission mobile mobility modern monitoring mutual navigator neurodiversity night non notification
nutrition obesity observation older operating operation operational oral organised outdoor outside overview own pack paediatric
paediatrician panel panels parental parish participation passport pastoral peer performance perinatal permanence perplexing picture
pilot placement platform play pledge portal postnatal poverty power presentation pressure principal principle principles
priority priorities privacy problem proforma promise proportionate psychology quality quarterly race racism radicalisation rape
rapid rate reach ready reducing reform refugee regulation rehabilitation religious representation rescue residential resilience
respect respite restorative restraint return road round route rule rules rural sanctuary scheme science search season secure security
seminar sensory shaken short sick silence silent single sleep smart smoking society solicitor solution solutions special speech
sport stability stalking state statistics story stress strand sub submission success survey survivor survivors symptom syndrome
table tablet target targets tax technology telephone tenancy text toxic trading traffic trainee transformation transgender transport
trio triage truth type universal urgent values veteran victim victims video village vision vital voluntary vulnerability
ward warden web webchat whistleblowing wider winter witness red green blue yellow orange amber-rated zero caldicott down onenote
assessor appointment bus chat christian-led coffee tea corridor lunchtime breakfast dinner foodbank laptop pack phase photo screen
absence absences appraisal cancer chance charity-led circular clarity closer coercion colour complexity confidentiality county-wide
credit curriculum demand desktop diet duties effect effort energy enough equal ethics everyday exam exams facilitator facts fact
fathers finally fortnight fun gap gaps genuine handout handouts heads honest honestly ideal immediate inclusive input intro
invitation key language-line library literature locality low-level lots mandatory materials midday motion move myth myths
nationally nudge obviously occasionally original originally outcome-based pace partly past patient pattern patterns perspective
pre-birth present pupils push quiet range rapport rather relief repeat repeated respectful rest roleplay root safer-sleep
scenario scenarios scene seconds sense separate sexting sextortion slot smaller soon space speaker speakers specialism speed strictly
subject suitable surprise surprisingly tackling tailored tension tip tips trauma-informed trend true unclear uniform unsure upon
champion champions trafficked offence offences access managing discharge planning outline midwifery holiday holidays
blob mats playdough bowlby winnicott allegation allegations accountability ambition assurance barrier barriers blog bring bulletin
catch clinical compulsory connect connected consistent co-production directory disproportionality drop-in duty-team encompass
endings expectation expectations family-led fellow flexible gateway graph hand hands hour-long interface kinship leads learner-led
liaison matters mosaic-style network-wide neglectful neighbourhood nurture obtain on-call operations packs paramedic passionate
pharmacist pharmacy portfolio preparing prioritise proud rating reminder rights-based safely scoring signature signposting
simulation strand talking teach-in themed thoughtful timely tracker tree triangle unit-wide unseen vacancy wales-wide workbook
useful-links valuable wall weather weekend weekends whatever whenever wherever willing wonderful worth
`

/** Whole phrases, also of words that alone could be a name. Letter case matters, apostrophes of either kind fit. */
const phrases = [
  'Brook Traffic Light(?:s| Tool)?',
  'Outcomes? Star',
  'Family Star(?: Plus)?',
  'Clare.s Law',
  'Claire.s Law',
  'Sarah.s Law',
  'Martha.s Rule',
  'Martyn.s Law',
  'Helen.s Law',
  'Harper.s Law',
  'Jade.s Law',
  'Oliver McGowan(?: [Tt]raining)?',
  'Operation \\p{Lu}\\p{L}+',
  '(?:Herbert|Philomena|Hague|Bruising|Palermo|Istanbul) (?:Protocol|Convention)',
  '(?:Lord )?Laming',
  '(?:Eileen )?Munro(?: [Rr]e(?:port|view))?',
  'Lucy Faithfull(?: Foundation)?',
  'Gillick',
  'Fraser',
  'Lado',
  'Barnardo.s',
  'Women.s Aid',
  'Home[- ]?Start',
  'Citizens Advice',
  'Action for Children',
  'Save the Children',
  'The Children.s Society',
  'Victim Support',
  'Young Minds|YoungMinds',
  'Place2Be|Place 2 Be',
  'Papyrus',
  'Stop It Now',
  'Age UK',
  'Mencap|Scope|Dimensions',
  'Karma Nirvana',
  'Solihull Approach',
  'Incredible Years',
  'Triple P',
  'Webster[- ]Stratton',
  'Bright Futures',
  'Channel(?: [Pp]anel| [Pp]rogramme| referral)?',
  'Prevent(?: [Dd]uty| [Ll]ead| referral)?',
  'County Lines?',
  'Modern Slavery',
  'Equality Act',
  'Human Rights Act',
  'Liberty Protection Safeguards?',
  'Deprivation of Liberty(?: Safeguards?)?',
  '(?:Summer|Autumn) (?:[Tt]erm|[Hh]olidays?|[Ss]chool)',
  '(?:Black|Asian|White|Christian|Muslim|Sikh|Jewish|Hindu)(?= (?:family|families|faith|church|community|communities|charity|group|people|children|parents))',
  'Christian(?=,? (?:and |or )?(?:Muslim|Sikh|Jewish|Hindu))',
  'Sixth Form',
  'Harmful Sexual Behaviou?r',
  'Adverse Childhood Experiences',
  'Total Respect',
  'Mockingbird',
  'Strengthening Families',
  'Safe Lives|SafeLives',
  'Mind of My Own',
  'Say So',
  'Tree of Life',
  'Freedom Programme',
  'Own My Life',
  'Caring Dads',
  'Nurture(?: [Gg]roup)?',
  'Thrive',
  'Bounce',
  'Sure Start',
  'Early Years',
  'Silver Cloud',
  'Mermaids|Stonewall',
  'Crown Prosecution(?: Service)?',
  'Home Office',
  'Department for Education',
  'Royal College',
  // Whatever is called so is a law, a paper or a way of working.
  "(?:\\p{Lu}[\\p{L}’'-]+ (?:and |of |the |to )*)+(?:Act|Bill|Regulations|Protocol|Framework|Toolkit|Tool|Meeting|Procedure|Pathway|Assessment|Questionnaire|Matrix|Checklist|Template|Cards?)",
  'Amber (?=rating|risk)',
]

const ordinary: ReadonlySet<string> = new Set(words.split(/\s+/).filter(Boolean))

/** Whether a word with a capital letter explains itself: with 's, as a plural, or as parts joined by a hyphen, too. */
export function isOrdinary(word: string): boolean {
  const plain = word.toLowerCase().replaceAll('’', "'")
  const [stem = '', ending] = plain.split(/'(?=[a-z]{0,2}$)/)
  if (ending !== undefined && /^(?:|s|m|t|d|ve|ll|re)$/.test(ending)) return isListed(stem) || isListed(plain)
  return isListed(plain) || (plain.includes('-') && plain.split('-').every(isListed))
}

const isListed = (plain: string): boolean =>
  ordinary.has(plain) ||
  // Words made as English makes them; no name ends so but Clement.
  (/(?:[ts]ion|ology|ism|ated|ised|ating|ising|ional|ental|ability|fully|(?<!cle)ment)s?$/.test(plain) &&
    plain.length > 6) ||
  (plain.endsWith('s') && ordinary.has(plain.slice(0, -1))) ||
  (plain.endsWith('es') && ordinary.has(plain.slice(0, -2))) ||
  (plain.endsWith('ies') && ordinary.has(`${plain.slice(0, -3)}y`)) ||
  /^(?:don|won|can|isn|aren|wasn|weren|didn|doesn|haven|hasn|hadn|couldn|wouldn|shouldn|let)$/.test(plain)

export const ordinaryPhrases = new RegExp(
  `(?<![\\p{L}\\d])(?:${phrases.map((phrase) => phrase.replaceAll('.', "['’]?")).join('|')})(?![\\p{L}\\d])`,
  'gu',
)
