CREATE TABLE `accounts` (
	`booking_id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`picked_at` integer NOT NULL,
	`outcome` text,
	`outcome_at` integer,
	`outcome_by` integer,
	FOREIGN KEY (`booking_id`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`outcome_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "accounts_kind" CHECK("accounts"."kind" in ('success', 'non-success')),
	CONSTRAINT "accounts_outcome" CHECK("accounts"."outcome" in ('verified', 'not-verified', 'not-reached', 'withdrawn')),
	CONSTRAINT "accounts_outcome_at" CHECK(("accounts"."outcome" is null) = ("accounts"."outcome_at" is null))
);
--> statement-breakpoint
CREATE TABLE `actions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`source` text NOT NULL,
	`said` text NOT NULL,
	`text` text NOT NULL,
	`owner` text NOT NULL,
	`agency_id` integer,
	`course_id` integer,
	`barrier` text,
	`who` text NOT NULL,
	`due_on` text NOT NULL,
	`made_at` integer NOT NULL,
	`made_by` integer,
	`done_at` integer,
	`did` text,
	`escalated_at` integer,
	`escalated_to` text,
	`removed_at` integer,
	FOREIGN KEY (`agency_id`) REFERENCES `agencies`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`course_id`) REFERENCES `courses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`made_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "actions_source" CHECK("actions"."source" in ('barrier', 'forum-question', 'trainer-note', 'decision', 'other')),
	CONSTRAINT "actions_owner" CHECK("actions"."owner" in ('agency', 'course', 'partnership')),
	CONSTRAINT "actions_whose" CHECK(("actions"."owner" = 'agency') = ("actions"."agency_id" is not null)),
	CONSTRAINT "actions_done" CHECK(("actions"."done_at" is null) = ("actions"."did" is null)),
	CONSTRAINT "actions_escalated" CHECK(("actions"."escalated_at" is null) = ("actions"."escalated_to" is null))
);
--> statement-breakpoint
CREATE INDEX `actions_due` ON `actions` (`due_on`);--> statement-breakpoint
CREATE INDEX `actions_course` ON `actions` (`course_id`);--> statement-breakpoint
CREATE TABLE `codes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`version` integer NOT NULL,
	`position` integer NOT NULL,
	`name` text NOT NULL,
	`definition` text NOT NULL,
	`made_at` integer NOT NULL,
	CONSTRAINT "codes_twelve" CHECK("codes"."position" between 1 and 12)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `codes_one` ON `codes` (`version`,`position`);--> statement-breakpoint
CREATE UNIQUE INDEX `codes_name` ON `codes` (`version`,`name`);--> statement-breakpoint
CREATE TABLE `coding_codes` (
	`coding_id` integer NOT NULL,
	`code_id` integer NOT NULL,
	PRIMARY KEY(`coding_id`, `code_id`),
	FOREIGN KEY (`coding_id`) REFERENCES `codings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`code_id`) REFERENCES `codes`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `codings` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`text_id` integer NOT NULL,
	`version` integer NOT NULL,
	`place` integer NOT NULL,
	`coder_id` integer NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`text_id`) REFERENCES `texts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`coder_id`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "codings_place" CHECK("codings"."place" in (1, 2))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `codings_one` ON `codings` (`text_id`,`version`,`place`);--> statement-breakpoint
CREATE TABLE `costs` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`programme_id` integer NOT NULL,
	`head` text NOT NULL,
	`sum_pence` integer NOT NULL,
	`about` text NOT NULL,
	`at` integer NOT NULL,
	`by` integer,
	`removed_at` integer,
	FOREIGN KEY (`programme_id`) REFERENCES `programmes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "costs_head" CHECK("costs"."head" in ('fees', 'contribution', 'grant', 'other-income', 'providers', 'venues', 'conference', 'catering', 'outreach', 'administration', 'other-cost'))
);
--> statement-breakpoint
CREATE INDEX `costs_programme` ON `costs` (`programme_id`);--> statement-breakpoint
CREATE TABLE `other_evidence` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`course_id` integer,
	`theme_id` integer,
	`place` integer NOT NULL,
	`what` text NOT NULL,
	`count` integer NOT NULL,
	`of` integer,
	`period` text NOT NULL,
	`source` text NOT NULL,
	`supplied_by` text NOT NULL,
	`same_method` integer,
	`at` integer NOT NULL,
	`by` integer,
	`removed_at` integer,
	FOREIGN KEY (`course_id`) REFERENCES `courses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`theme_id`) REFERENCES `themes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "other_evidence_three" CHECK("other_evidence"."place" in (1, 2, 3)),
	CONSTRAINT "other_evidence_beside" CHECK(("other_evidence"."course_id" is null) <> ("other_evidence"."theme_id" is null)),
	CONSTRAINT "other_evidence_of" CHECK("other_evidence"."count" >= 0 and ("other_evidence"."of" is null or "other_evidence"."of" >= "other_evidence"."count"))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `other_evidence_course` ON `other_evidence` (`course_id`,`place`) WHERE "other_evidence"."removed_at" is null and "other_evidence"."course_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `other_evidence_theme` ON `other_evidence` (`theme_id`,`place`) WHERE "other_evidence"."removed_at" is null and "other_evidence"."theme_id" is not null;--> statement-breakpoint
CREATE TABLE `other_training` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`programme_id` integer NOT NULL,
	`title` text NOT NULL,
	`provider` text NOT NULL,
	`on_day` text NOT NULL,
	`theme_id` integer,
	`evidence` text NOT NULL,
	`at` integer NOT NULL,
	`by` integer,
	`removed_at` integer,
	FOREIGN KEY (`programme_id`) REFERENCES `programmes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`theme_id`) REFERENCES `themes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `other_training_programme` ON `other_training` (`programme_id`);--> statement-breakpoint
CREATE TABLE `other_training_numbers` (
	`other_training_id` integer NOT NULL,
	`sector_id` integer NOT NULL,
	`people` integer NOT NULL,
	PRIMARY KEY(`other_training_id`, `sector_id`),
	FOREIGN KEY (`other_training_id`) REFERENCES `other_training`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`sector_id`) REFERENCES `sectors`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "other_training_people" CHECK("other_training_numbers"."people" > 0)
);
--> statement-breakpoint
CREATE TABLE `quotes` (
	`text_id` integer PRIMARY KEY NOT NULL,
	`code_id` integer,
	`non_success` integer NOT NULL,
	`chosen_at` integer NOT NULL,
	`chosen_by` integer,
	FOREIGN KEY (`text_id`) REFERENCES `texts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`code_id`) REFERENCES `codes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`chosen_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `quotes_code` ON `quotes` (`code_id`);--> statement-breakpoint
CREATE TABLE `recommendation_courses` (
	`recommendation_id` integer NOT NULL,
	`course_id` integer NOT NULL,
	PRIMARY KEY(`recommendation_id`, `course_id`),
	FOREIGN KEY (`recommendation_id`) REFERENCES `recommendations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`course_id`) REFERENCES `courses`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `recommendations` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`source` text NOT NULL,
	`reference` text NOT NULL,
	`text` text NOT NULL,
	`made_on` text NOT NULL,
	`remains` text,
	`met_on` text,
	`at` integer NOT NULL,
	`by` integer,
	FOREIGN KEY (`by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "recommendations_source" CHECK("recommendations"."source" in ('review', 'audit', 'inspection', 'law', 'needs-analysis', 'data'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `recommendations_reference_unique` ON `recommendations` (`reference`);--> statement-breakpoint
CREATE TABLE `report_asks` (
	`report_id` integer NOT NULL,
	`position` integer NOT NULL,
	`text` text NOT NULL,
	PRIMARY KEY(`report_id`, `position`),
	FOREIGN KEY (`report_id`) REFERENCES `reports`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "report_asks_three" CHECK("report_asks"."position" in (1, 2, 3))
);
--> statement-breakpoint
CREATE TABLE `report_notes` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`report_id` integer NOT NULL,
	`page` text NOT NULL,
	`figure` text NOT NULL,
	`kind` text NOT NULL,
	`text` text NOT NULL,
	`at` integer NOT NULL,
	`by` integer,
	`removed_at` integer,
	FOREIGN KEY (`report_id`) REFERENCES `reports`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "report_notes_kind" CHECK("report_notes"."kind" in ('comment', 'decision'))
);
--> statement-breakpoint
CREATE INDEX `report_notes_report` ON `report_notes` (`report_id`);--> statement-breakpoint
CREATE TABLE `report_present` (
	`report_id` integer NOT NULL,
	`agency_id` integer NOT NULL,
	`people` integer NOT NULL,
	PRIMARY KEY(`report_id`, `agency_id`),
	FOREIGN KEY (`report_id`) REFERENCES `reports`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`agency_id`) REFERENCES `agencies`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "report_present_people" CHECK("report_present"."people" > 0)
);
--> statement-breakpoint
CREATE TABLE `report_rows` (
	`report_id` integer NOT NULL,
	`measure` text NOT NULL,
	`row` text NOT NULL,
	`units` text NOT NULL,
	PRIMARY KEY(`report_id`, `measure`, `row`),
	FOREIGN KEY (`report_id`) REFERENCES `reports`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `reports` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`scope` text NOT NULL,
	`programme_id` integer,
	`course_id` integer,
	`theme_id` integer,
	`from_on` text NOT NULL,
	`until_on` text NOT NULL,
	`title` text NOT NULL,
	`state` text NOT NULL,
	`made_at` integer NOT NULL,
	`made_by` integer,
	`agreed_on` text,
	`number` integer,
	`issued_at` integer,
	`issued_by` integer,
	`body` text,
	`hash` text,
	`proof` text,
	FOREIGN KEY (`programme_id`) REFERENCES `programmes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`course_id`) REFERENCES `courses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`theme_id`) REFERENCES `themes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`made_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`issued_by`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "reports_scope" CHECK("reports"."scope" in ('programme', 'course', 'theme', 'period')),
	CONSTRAINT "reports_state_known" CHECK("reports"."state" in ('draft', 'agreed', 'issued')),
	CONSTRAINT "reports_period" CHECK("reports"."from_on" <= "reports"."until_on"),
	CONSTRAINT "reports_of" CHECK(("reports"."scope" = 'period') = ("reports"."programme_id" is null) and ("reports"."scope" = 'course') = ("reports"."course_id" is not null) and ("reports"."scope" = 'theme') = ("reports"."theme_id" is not null)),
	CONSTRAINT "reports_issued" CHECK(("reports"."state" = 'issued') = ("reports"."number" is not null) and ("reports"."state" = 'issued') = ("reports"."issued_at" is not null and "reports"."body" is not null and "reports"."hash" is not null and "reports"."proof" is not null) and ("reports"."state" = 'draft') = ("reports"."agreed_on" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `reports_number_unique` ON `reports` (`number`);--> statement-breakpoint
CREATE INDEX `reports_state` ON `reports` (`state`);--> statement-breakpoint
CREATE TABLE `single_agency_returns` (
	`agency_id` integer NOT NULL,
	`programme_id` integer NOT NULL,
	`asked_at` integer NOT NULL,
	`asked_email` text,
	`staff` integer,
	`taught` integer,
	`evidence` text,
	`told_at` integer,
	`told_by` text,
	PRIMARY KEY(`agency_id`, `programme_id`),
	FOREIGN KEY (`agency_id`) REFERENCES `agencies`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`programme_id`) REFERENCES `programmes`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "single_agency_returns_told" CHECK(("single_agency_returns"."told_at" is null) = ("single_agency_returns"."staff" is null)),
	CONSTRAINT "single_agency_returns_taught" CHECK("single_agency_returns"."taught" is null or ("single_agency_returns"."taught" >= 0 and "single_agency_returns"."taught" <= "single_agency_returns"."staff"))
);
--> statement-breakpoint
CREATE TABLE `single_agency_themes` (
	`agency_id` integer NOT NULL,
	`programme_id` integer NOT NULL,
	`theme_id` integer NOT NULL,
	`last_on` text NOT NULL,
	`people` integer NOT NULL,
	PRIMARY KEY(`agency_id`, `programme_id`, `theme_id`),
	FOREIGN KEY (`agency_id`) REFERENCES `agencies`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`programme_id`) REFERENCES `programmes`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`theme_id`) REFERENCES `themes`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "single_agency_themes_people" CHECK("single_agency_themes"."people" > 0)
);
--> statement-breakpoint
CREATE TRIGGER reports_unchanged BEFORE UPDATE ON reports WHEN OLD.state = 'issued' BEGIN SELECT RAISE(ABORT, 'an issued report is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER reports_kept BEFORE DELETE ON reports WHEN OLD.state = 'issued' BEGIN SELECT RAISE(ABORT, 'an issued report is never removed'); END;
--> statement-breakpoint
CREATE TRIGGER report_rows_unchanged BEFORE UPDATE ON report_rows BEGIN SELECT RAISE(ABORT, 'what a report was proved with is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER report_rows_kept BEFORE DELETE ON report_rows BEGIN SELECT RAISE(ABORT, 'what a report was proved with is never removed'); END;
--> statement-breakpoint
CREATE TRIGGER report_present_unchanged BEFORE UPDATE ON report_present WHEN EXISTS (SELECT 1 FROM reports WHERE id = OLD.report_id AND state = 'issued') BEGIN SELECT RAISE(ABORT, 'an issued report is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER report_present_kept BEFORE DELETE ON report_present WHEN EXISTS (SELECT 1 FROM reports WHERE id = OLD.report_id AND state = 'issued') BEGIN SELECT RAISE(ABORT, 'an issued report is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER report_asks_unchanged BEFORE UPDATE ON report_asks WHEN EXISTS (SELECT 1 FROM reports WHERE id = OLD.report_id AND state = 'issued') BEGIN SELECT RAISE(ABORT, 'an issued report is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER report_asks_kept BEFORE DELETE ON report_asks WHEN EXISTS (SELECT 1 FROM reports WHERE id = OLD.report_id AND state = 'issued') BEGIN SELECT RAISE(ABORT, 'an issued report is never changed'); END;
--> statement-breakpoint
CREATE TRIGGER reports_appended BEFORE INSERT ON reports WHEN EXISTS (SELECT 1 FROM reports WHERE state = 'issued' AND (id = NEW.id OR number = NEW.number)) BEGIN SELECT RAISE(ABORT, 'an issued report is never replaced'); END;
--> statement-breakpoint
CREATE TRIGGER report_rows_appended BEFORE INSERT ON report_rows WHEN EXISTS (SELECT 1 FROM reports WHERE id = NEW.report_id AND state = 'issued') BEGIN SELECT RAISE(ABORT, 'what a report was proved with is never added to'); END;
