CREATE TABLE `marks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`event_session_id` integer NOT NULL,
	`booking_id` integer NOT NULL,
	`mark` text NOT NULL,
	`at` integer NOT NULL,
	`by` integer,
	`replaced_at` integer,
	FOREIGN KEY (`event_session_id`) REFERENCES `event_sessions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "marks_mark" CHECK("marks"."mark" in ('present', 'late', 'left-early', 'absent', 'excused'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `marks_one_current` ON `marks` (`booking_id`,`event_session_id`) WHERE "marks"."replaced_at" is null;--> statement-breakpoint
CREATE INDEX `marks_session` ON `marks` (`event_session_id`);--> statement-breakpoint
CREATE INDEX `marks_replaced` ON `marks` (`booking_id`) WHERE "marks"."replaced_at" is not null;--> statement-breakpoint
CREATE TABLE `booking_steps` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`booking_id` integer NOT NULL,
	`step` text NOT NULL,
	`reason` text,
	`at` integer NOT NULL,
	`by` integer,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "booking_steps_step" CHECK("booking_steps"."step" in ('requested', 'waiting', 'offered', 'confirmed', 'cancelled', 'declined')),
	CONSTRAINT "booking_steps_reason" CHECK("booking_steps"."reason" in ('by-person', 'by-agency', 'by-coordinator', 'event-cancelled', 'substituted', 'transferred', 'offer-expired'))
);
--> statement-breakpoint
CREATE INDEX `booking_steps_booking` ON `booking_steps` (`booking_id`);--> statement-breakpoint
CREATE TABLE `bookings` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`event_id` integer NOT NULL,
	`person_id` integer NOT NULL,
	`agency_id` integer NOT NULL,
	`sector_id` integer NOT NULL,
	`role_group` text NOT NULL,
	`workforce` text NOT NULL,
	`charge_tier` text NOT NULL,
	`source` text NOT NULL,
	`booked_by` integer,
	`day_code` text NOT NULL,
	`terms_version` text NOT NULL,
	`at` integer NOT NULL,
	`state` text NOT NULL,
	FOREIGN KEY (`event_id`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agency_id`) REFERENCES `agencies`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`sector_id`) REFERENCES `sectors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`booked_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bookings_state" CHECK("bookings"."state" in ('requested', 'waiting', 'offered', 'confirmed', 'cancelled', 'declined')),
	CONSTRAINT "bookings_source" CHECK("bookings"."source" in ('self', 'agency-lead', 'coordinator', 'promotion', 'import')),
	CONSTRAINT "bookings_role_group" CHECK("bookings"."role_group" in ('social-work', 'health-visiting', 'nursing', 'general-practice', 'teaching', 'early-years', 'policing', 'probation', 'housing', 'youth-work', 'adult-care', 'volunteering', 'management', 'other')),
	CONSTRAINT "bookings_workforce" CHECK("bookings"."workforce" in ('children', 'adults', 'both')),
	CONSTRAINT "bookings_charge_tier" CHECK("bookings"."charge_tier" in ('partner', 'other'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `bookings_one_live` ON `bookings` (`event_id`,`person_id`) WHERE "bookings"."state" in ('requested', 'waiting', 'offered', 'confirmed');--> statement-breakpoint
CREATE INDEX `bookings_event` ON `bookings` (`event_id`,`state`);--> statement-breakpoint
CREATE INDEX `bookings_person` ON `bookings` (`person_id`);--> statement-breakpoint
CREATE INDEX `bookings_given_up` ON `bookings` (`id`) WHERE "bookings"."state" <> 'confirmed';--> statement-breakpoint
CREATE UNIQUE INDEX `bookings_day_code` ON `bookings` (`event_id`,`day_code`);--> statement-breakpoint
CREATE TABLE `charges` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`booking_id` integer NOT NULL,
	`kind` text NOT NULL,
	`sum_pence` integer NOT NULL,
	`at` integer NOT NULL,
	`waived_because` text,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "charges_kind" CHECK("charges"."kind" in ('fee', 'late-cancellation', 'non-attendance'))
);
--> statement-breakpoint
CREATE INDEX `charges_booking` ON `charges` (`booking_id`);--> statement-breakpoint
CREATE TABLE `certificates` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`booking_id` integer NOT NULL,
	`number` text NOT NULL,
	`code_hash` text NOT NULL,
	`awarded_at` integer NOT NULL,
	`because` text NOT NULL,
	`snapshot` text NOT NULL,
	`withdrawn_at` integer,
	`withdrawn_because` text,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "certificates_because" CHECK("certificates"."because" in ('survey', 'skip', 'two-working-days'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `certificates_number_unique` ON `certificates` (`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `certificates_code_hash_unique` ON `certificates` (`code_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `certificates_one` ON `certificates` (`booking_id`) WHERE "certificates"."withdrawn_at" is null;--> statement-breakpoint
CREATE INDEX `certificates_booking` ON `certificates` (`booking_id`,`withdrawn_at`);--> statement-breakpoint
CREATE TABLE `course_themes` (
	`course_id` integer NOT NULL,
	`theme_id` integer NOT NULL,
	PRIMARY KEY(`course_id`, `theme_id`),
	FOREIGN KEY (`course_id`) REFERENCES `courses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`theme_id`) REFERENCES `themes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `courses` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`code` text NOT NULL,
	`title` text NOT NULL,
	`aims` text NOT NULL,
	`level` text NOT NULL,
	`audience` text NOT NULL,
	`key_behaviour` text NOT NULL,
	`minutes` integer NOT NULL,
	`participatory_minutes` integer NOT NULL,
	`refresh_months` integer,
	`attendance_rule` text NOT NULL,
	`earns` text NOT NULL,
	`content_notice` text,
	`prerequisites` text,
	`why` text NOT NULL,
	`content_checked_on` text,
	CONSTRAINT "courses_audience" CHECK("courses"."audience" in ('children', 'adults', 'both')),
	CONSTRAINT "courses_attendance_rule" CHECK("courses"."attendance_rule" in ('all', 'any')),
	CONSTRAINT "courses_earns" CHECK("courses"."earns" in ('full', 'one-question', 'yearly', 'none'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `courses_code_unique` ON `courses` (`code`);--> statement-breakpoint
CREATE TABLE `event_cancellations` (
	`event_id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`by` integer,
	`reason` text NOT NULL,
	FOREIGN KEY (`event_id`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `event_sessions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`event_id` integer NOT NULL,
	`position` integer NOT NULL,
	`on` text NOT NULL,
	`starts` text NOT NULL,
	`ends` text NOT NULL,
	`venue_id` integer,
	`online` integer DEFAULT false NOT NULL,
	`link` text,
	FOREIGN KEY (`event_id`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`venue_id`) REFERENCES `venues`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `event_sessions_on` ON `event_sessions` (`on`);--> statement-breakpoint
CREATE UNIQUE INDEX `event_sessions_one` ON `event_sessions` (`event_id`,`position`);--> statement-breakpoint
CREATE TABLE `events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`course_id` integer NOT NULL,
	`kind` text NOT NULL,
	`programme_id` integer NOT NULL,
	`delivered_by` text NOT NULL,
	`capacity` integer NOT NULL,
	`minimum` integer NOT NULL,
	`bookable_by` text NOT NULL,
	`price_pence` integer DEFAULT 0 NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`last_on` text NOT NULL,
	`published_at` integer,
	`booking_opens_at` integer NOT NULL,
	`booking_closes_at` integer NOT NULL,
	`notes` text,
	FOREIGN KEY (`course_id`) REFERENCES `courses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`programme_id`) REFERENCES `programmes`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "events_kind" CHECK("events"."kind" in ('course', 'learning-event', 'forum', 'briefing', 'conference', 'e-learning')),
	CONSTRAINT "events_delivered_by" CHECK("events"."delivered_by" in ('pool', 'commissioned', 'partner-agency', 'other-partnership')),
	CONSTRAINT "events_bookable_by" CHECK("events"."bookable_by" in ('everyone', 'partners'))
);
--> statement-breakpoint
CREATE INDEX `events_starts` ON `events` (`starts_at`);--> statement-breakpoint
CREATE INDEX `events_course` ON `events` (`course_id`,`programme_id`);--> statement-breakpoint
CREATE INDEX `events_last` ON `events` (`last_on`);--> statement-breakpoint
CREATE INDEX `events_programme` ON `events` (`programme_id`);--> statement-breakpoint
CREATE TABLE `learning_outcomes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`course_id` integer NOT NULL,
	`position` integer NOT NULL,
	`text` text NOT NULL,
	FOREIGN KEY (`course_id`) REFERENCES `courses`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `learning_outcomes_one` ON `learning_outcomes` (`course_id`,`position`);--> statement-breakpoint
CREATE TABLE `programmes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`starts_on` text NOT NULL,
	`ends_on` text NOT NULL,
	CONSTRAINT "programmes_kind" CHECK("programmes"."kind" in ('year', 'week'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `programmes_name_unique` ON `programmes` (`name`);--> statement-breakpoint
CREATE TABLE `suggestions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`course_id` integer NOT NULL,
	`position` integer NOT NULL,
	`text` text NOT NULL,
	FOREIGN KEY (`course_id`) REFERENCES `courses`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `suggestions_one` ON `suggestions` (`course_id`,`position`);--> statement-breakpoint
CREATE TABLE `themes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`priority_from` text,
	`priority_to` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `themes_name_unique` ON `themes` (`name`);--> statement-breakpoint
CREATE TABLE `venues` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`address` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `venues_name_unique` ON `venues` (`name`);--> statement-breakpoint
CREATE TABLE `history` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`what` text NOT NULL,
	`about` text NOT NULL,
	`details` text
);
--> statement-breakpoint
CREATE INDEX `history_about` ON `history` (`about`);--> statement-breakpoint
CREATE INDEX `history_at` ON `history` (`at`);--> statement-breakpoint
CREATE TABLE `heartbeats` (
	`name` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `installation` (
	`id` integer PRIMARY KEY NOT NULL,
	`mode` text NOT NULL,
	`made_at` integer NOT NULL,
	`clock_at` integer,
	`secret` text,
	`mail_held_at` integer,
	CONSTRAINT "installation_mode" CHECK("installation"."mode" in ('example', 'live'))
);
--> statement-breakpoint
CREATE TABLE `kept_emails` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`message_id` integer,
	`to_address` text NOT NULL,
	`to_name` text NOT NULL,
	`subject` text NOT NULL,
	`html` text NOT NULL,
	`text` text NOT NULL,
	`headers` text NOT NULL,
	`attachments` text NOT NULL,
	`sent_at` integer NOT NULL,
	FOREIGN KEY (`message_id`) REFERENCES `messages`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `messages` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`about` text NOT NULL,
	`occurrence` text NOT NULL,
	`to_person_id` integer,
	`to_address` text,
	`class` text NOT NULL,
	`state` text NOT NULL,
	`queued_at` integer NOT NULL,
	`not_before` integer NOT NULL,
	`deadline` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`lease_until` integer,
	`fence` integer DEFAULT 0 NOT NULL,
	`reply` text,
	`sent_at` integer,
	FOREIGN KEY (`to_person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "messages_class" CHECK("messages"."class" in ('never-twice', 'never-lost')),
	CONSTRAINT "messages_state" CHECK("messages"."state" in ('queued', 'claimed', 'transmitting', 'sent', 'retry', 'uncertain', 'dead', 'cancelled'))
);
--> statement-breakpoint
CREATE INDEX `messages_due` ON `messages` (`state`,`not_before`) WHERE "messages"."sent_at" is null;--> statement-breakpoint
CREATE INDEX `messages_person` ON `messages` (`to_person_id`);--> statement-breakpoint
CREATE INDEX `messages_about` ON `messages` (`about`);--> statement-breakpoint
CREATE UNIQUE INDEX `messages_one` ON `messages` (`kind`,`about`,`occurrence`);--> statement-breakpoint
CREATE TABLE `transport_state` (
	`id` integer PRIMARY KEY NOT NULL,
	`down_since` integer,
	`probe_at` integer,
	`why` text
);
--> statement-breakpoint
CREATE TABLE `agencies` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`sector_id` integer NOT NULL,
	`parent_id` integer,
	`charge_tier` text DEFAULT 'partner' NOT NULL,
	`expected_from` text,
	`mailbox` text,
	FOREIGN KEY (`sector_id`) REFERENCES `sectors`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`parent_id`) REFERENCES `agencies`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `agencies_name_unique` ON `agencies` (`name`);--> statement-breakpoint
CREATE INDEX `agencies_parent` ON `agencies` (`parent_id`);--> statement-breakpoint
CREATE TABLE `enrolments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`token_hash` text NOT NULL,
	`email` text NOT NULL,
	`role` text NOT NULL,
	`made_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	CONSTRAINT "enrolments_role" CHECK("enrolments"."role" in ('delegate', 'agency-lead', 'trainer', 'coordinator', 'sub-group', 'administrator'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `enrolments_token_hash_unique` ON `enrolments` (`token_hash`);--> statement-breakpoint
CREATE TABLE `people` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`email` text,
	`name` text NOT NULL,
	`agency_id` integer NOT NULL,
	`role_group` text NOT NULL,
	`workforce` text NOT NULL,
	`job` text,
	`phone` text,
	`away_until` text,
	`made_at` integer NOT NULL,
	`erased_at` integer,
	FOREIGN KEY (`agency_id`) REFERENCES `agencies`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "people_role_group" CHECK("people"."role_group" in ('social-work', 'health-visiting', 'nursing', 'general-practice', 'teaching', 'early-years', 'policing', 'probation', 'housing', 'youth-work', 'adult-care', 'volunteering', 'management', 'other')),
	CONSTRAINT "people_workforce" CHECK("people"."workforce" in ('children', 'adults', 'both'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `people_email_unique` ON `people` (`email`);--> statement-breakpoint
CREATE INDEX `people_agency` ON `people` (`agency_id`);--> statement-breakpoint
CREATE TABLE `recovery_codes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`person_id` integer NOT NULL,
	`salt` text NOT NULL,
	`code_hash` text NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `recovery_codes_person` ON `recovery_codes` (`person_id`);--> statement-breakpoint
CREATE TABLE `requests_seen` (
	`key` text NOT NULL,
	`actor` text NOT NULL,
	`status` integer NOT NULL,
	`answer` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`actor`, `key`)
);
--> statement-breakpoint
CREATE TABLE `roles` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`person_id` integer NOT NULL,
	`role` text NOT NULL,
	`agency_id` integer,
	`given_at` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agency_id`) REFERENCES `agencies`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "roles_role" CHECK("roles"."role" in ('delegate', 'agency-lead', 'trainer', 'coordinator', 'sub-group', 'administrator'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `roles_one` ON `roles` (`person_id`,`role`,`agency_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `roles_one_everywhere` ON `roles` (`person_id`,`role`) WHERE "roles"."agency_id" is null;--> statement-breakpoint
CREATE TABLE `second_factors` (
	`person_id` integer PRIMARY KEY NOT NULL,
	`sealed_secret` text NOT NULL,
	`last_step` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	`locked_until` integer,
	`enrolled_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `sectors` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`education` integer DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sectors_name_unique` ON `sectors` (`name`);--> statement-breakpoint
CREATE TABLE `sign_in_codes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`challenge_hash` text NOT NULL,
	`email` text NOT NULL,
	`code_hash` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`made_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sign_in_codes_challenge_hash_unique` ON `sign_in_codes` (`challenge_hash`);--> statement-breakpoint
CREATE INDEX `sign_in_codes_email` ON `sign_in_codes` (`email`,`made_at`);--> statement-breakpoint
CREATE TABLE `sign_ins` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`token_hash` text NOT NULL,
	`email` text NOT NULL,
	`person_id` integer,
	`role` text NOT NULL,
	`second_factor_at` integer,
	`started_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "sign_ins_role" CHECK("sign_ins"."role" in ('delegate', 'agency-lead', 'trainer', 'coordinator', 'sub-group', 'administrator'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sign_ins_token_hash_unique` ON `sign_ins` (`token_hash`);--> statement-breakpoint
CREATE INDEX `sign_ins_person` ON `sign_ins` (`person_id`);--> statement-breakpoint
CREATE TABLE `traffic` (
	`key` text NOT NULL,
	`window` integer NOT NULL,
	`n` integer NOT NULL,
	PRIMARY KEY(`key`, `window`)
);
--> statement-breakpoint
CREATE TABLE `answers` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`response_id` integer NOT NULL,
	`event_id` integer NOT NULL,
	`question_id` integer NOT NULL,
	`option_id` integer,
	`text_id` integer,
	`learning_outcome_id` integer,
	FOREIGN KEY (`response_id`) REFERENCES `responses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`question_id`) REFERENCES `questions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`option_id`) REFERENCES `options`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`text_id`) REFERENCES `texts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`learning_outcome_id`) REFERENCES `learning_outcomes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `answers_response` ON `answers` (`response_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `answers_one_anchor` ON `answers` (`response_id`,`question_id`,`learning_outcome_id`) WHERE "answers"."learning_outcome_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `answers_one_option` ON `answers` (`response_id`,`question_id`,`option_id`) WHERE "answers"."learning_outcome_id" is null and "answers"."option_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `answers_one_text` ON `answers` (`response_id`,`question_id`) WHERE "answers"."option_id" is null;--> statement-breakpoint
CREATE INDEX `answers_report` ON `answers` (`event_id`,`question_id`,`learning_outcome_id`,`option_id`,`response_id`);--> statement-breakpoint
CREATE TABLE `bounces` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`person_id` integer NOT NULL,
	`email` text NOT NULL,
	`hard` integer NOT NULL,
	`reply` text NOT NULL,
	`at` integer NOT NULL,
	`settled_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `bounces_person` ON `bounces` (`person_id`);--> statement-breakpoint
CREATE TABLE `commitments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`booking_id` integer NOT NULL,
	`position` integer NOT NULL,
	`kind` text NOT NULL,
	`suggestion_id` integer,
	`text_id` integer,
	`made_at` integer NOT NULL,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`suggestion_id`) REFERENCES `suggestions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`text_id`) REFERENCES `texts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "commitments_kind" CHECK("commitments"."kind" in ('suggestion', 'own-words', 'nothing', 'not-sure'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `commitments_one` ON `commitments` (`booking_id`,`position`);--> statement-breakpoint
CREATE TABLE `consents` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`booking_id` integer NOT NULL,
	`what` text NOT NULL,
	`given_at` integer NOT NULL,
	`withdrawn_at` integer,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "consents_what" CHECK("consents"."what" in ('quote-with-job', 'quote', 'no-quote', 'call'))
);
--> statement-breakpoint
CREATE INDEX `consents_booking` ON `consents` (`booking_id`);--> statement-breakpoint
CREATE TABLE `contacts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`booking_id` integer NOT NULL,
	`step` text NOT NULL,
	`message_id` integer,
	`on` text NOT NULL,
	`why` text NOT NULL,
	FOREIGN KEY (`booking_id`) REFERENCES `follow_ups`(`booking_id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`message_id`) REFERENCES `messages`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "contacts_step" CHECK("contacts"."step" in ('invitation', 'reminder-1', 'reminder-2', 'reminder-3'))
);
--> statement-breakpoint
CREATE INDEX `contacts_on` ON `contacts` (`on`);--> statement-breakpoint
CREATE UNIQUE INDEX `contacts_one` ON `contacts` (`booking_id`,`step`);--> statement-breakpoint
CREATE TABLE `follow_ups` (
	`booking_id` integer PRIMARY KEY NOT NULL,
	`event_id` integer NOT NULL,
	`person_id` integer NOT NULL,
	`target_on` text NOT NULL,
	`opened_at` integer NOT NULL,
	`first_asked_on` text,
	`last_asked_on` text,
	`closed_at` integer,
	`closed_because` text,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`event_id`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "follow_ups_closed_because" CHECK("follow_ups"."closed_because" in ('answered', 'opted-out', 'bounced', 'left', 'attendance-corrected', 'event-voided', 'rule'))
);
--> statement-breakpoint
CREATE INDEX `follow_ups_event` ON `follow_ups` (`event_id`);--> statement-breakpoint
CREATE INDEX `follow_ups_person` ON `follow_ups` (`person_id`);--> statement-breakpoint
CREATE INDEX `follow_ups_open` ON `follow_ups` (`closed_at`,`last_asked_on`);--> statement-breakpoint
CREATE TABLE `instruments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`stage` text NOT NULL,
	`course_id` integer,
	`version` integer NOT NULL,
	`published_at` integer NOT NULL,
	FOREIGN KEY (`course_id`) REFERENCES `courses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "instruments_stage" CHECK("instruments"."stage" in ('before', 'end', 'follow-up', 'colleague'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `instruments_one` ON `instruments` (`stage`,`course_id`,`version`);--> statement-breakpoint
CREATE UNIQUE INDEX `instruments_one_for_all` ON `instruments` (`stage`,`version`) WHERE "instruments"."course_id" is null;--> statement-breakpoint
CREATE TABLE `opt_outs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`person_id` integer NOT NULL,
	`scope` text NOT NULL,
	`booking_id` integer NOT NULL,
	`at` integer NOT NULL,
	`undone_at` integer,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "opt_outs_scope" CHECK("opt_outs"."scope" in ('course', 'all'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `opt_outs_one` ON `opt_outs` (`booking_id`,`scope`) WHERE "opt_outs"."undone_at" is null;--> statement-breakpoint
CREATE INDEX `opt_outs_person` ON `opt_outs` (`person_id`);--> statement-breakpoint
CREATE TABLE `options` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`question_id` integer NOT NULL,
	`key` text NOT NULL,
	`position` integer NOT NULL,
	`text` text NOT NULL,
	`family` text,
	FOREIGN KEY (`question_id`) REFERENCES `questions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `options_one` ON `options` (`question_id`,`key`);--> statement-breakpoint
CREATE TABLE `printed_names` (
	`booking_id` integer PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `questions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`instrument_id` integer NOT NULL,
	`key` text NOT NULL,
	`position` integer NOT NULL,
	`kind` text NOT NULL,
	`text` text NOT NULL,
	`most` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`instrument_id`) REFERENCES `instruments`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "questions_kind" CHECK("questions"."kind" in ('one', 'several', 'outcomes', 'text', 'commitment'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `questions_one` ON `questions` (`instrument_id`,`key`);--> statement-breakpoint
CREATE TABLE `responses` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`booking_id` integer NOT NULL,
	`event_id` integer NOT NULL,
	`stage` text NOT NULL,
	`instrument_id` integer NOT NULL,
	`channel` text NOT NULL,
	`wave` integer DEFAULT 0 NOT NULL,
	`started_at` integer NOT NULL,
	`core_at` integer,
	`full_at` integer,
	`finished_at` integer,
	`doubted_because` text,
	`confirmed_at` integer,
	`late` integer DEFAULT false NOT NULL,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`event_id`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`instrument_id`) REFERENCES `instruments`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "responses_stage" CHECK("responses"."stage" in ('before', 'end', 'follow-up', 'colleague')),
	CONSTRAINT "responses_channel" CHECK("responses"."channel" in ('e-mail', 'page', 'day-code', 'reply', 'phone', 'paper', 'supervision'))
);
--> statement-breakpoint
CREATE INDEX `responses_event` ON `responses` (`event_id`,`stage`);--> statement-breakpoint
CREATE UNIQUE INDEX `responses_one` ON `responses` (`booking_id`,`stage`);--> statement-breakpoint
CREATE TABLE `skips` (
	`booking_id` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `term_dates` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`closed_from` text NOT NULL,
	`closed_to` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `texts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`booking_id` integer NOT NULL,
	`kind` text NOT NULL,
	`original` text,
	`cleared` text,
	`state` text NOT NULL,
	`written_at` integer NOT NULL,
	`cleared_by` integer,
	`cleared_at` integer,
	`urgent_at` integer,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`cleared_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "texts_kind" CHECK("texts"."kind" in ('commitment', 'example', 'suggestion', 'need')),
	CONSTRAINT "texts_state" CHECK("texts"."state" in ('held', 'cleared', 'quotable', 'redacted'))
);
--> statement-breakpoint
CREATE INDEX `texts_state` ON `texts` (`state`);--> statement-breakpoint
CREATE INDEX `texts_booking` ON `texts` (`booking_id`);--> statement-breakpoint
CREATE TABLE `assignments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`event_id` integer NOT NULL,
	`trainer_id` integer NOT NULL,
	`as` text NOT NULL,
	FOREIGN KEY (`event_id`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`trainer_id`) REFERENCES `trainers`(`person_id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "assignments_as" CHECK("assignments"."as" in ('lead', 'co-trainer'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `assignments_one` ON `assignments` (`event_id`,`trainer_id`);--> statement-breakpoint
CREATE TABLE `teaches` (
	`trainer_id` integer NOT NULL,
	`course_id` integer NOT NULL,
	PRIMARY KEY(`trainer_id`, `course_id`),
	FOREIGN KEY (`trainer_id`) REFERENCES `trainers`(`person_id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`course_id`) REFERENCES `courses`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `trainers` (
	`person_id` integer PRIMARY KEY NOT NULL,
	`released_until` text,
	`days_promised` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE VIEW `attendances` AS select "bookings"."id" as "booking_id", "bookings"."event_id" as "event_id", "bookings"."person_id" as "person_id" from "bookings" inner join "events" on "events"."id" = "bookings"."event_id" inner join "courses" on "courses"."id" = "events"."course_id" where "bookings"."state" = 'confirmed' and (
        select count(*) from "marks" where "marks"."booking_id" = "bookings"."id" and "marks"."replaced_at" is null and "marks"."mark" in ('present', 'late')
      ) >= case "courses"."attendance_rule" when 'any' then 1 else (
        select count(*) from "event_sessions" where "event_sessions"."event_id" = "events"."id"
      ) end;