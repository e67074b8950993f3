BEGIN TRANSACTION;
CREATE TABLE answers (
	submission INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	state TEXT NOT NULL, 
	value TEXT, 
	approximate BOOLEAN NOT NULL, 
	raw TEXT, 
	note TEXT NOT NULL, 
	sheet TEXT, 
	cell TEXT, 
	CONSTRAINT pk_answers PRIMARY KEY (submission, code), 
	CONSTRAINT fk_answers_submission FOREIGN KEY(submission) REFERENCES submissions (id)
)
 WITHOUT ROWID

;
INSERT INTO "answers" VALUES(1,'T01',0,'number','12',0,'12','','Bieu_TH','D01');
INSERT INTO "answers" VALUES(2,'T01',0,'number','12',0,'12','','Bieu_TH','D01');
CREATE TABLE attempts (
	letter INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	begun_at VARCHAR(27) NOT NULL, 
	ended_at VARCHAR(27), 
	state TEXT, 
	answer TEXT NOT NULL, 
	"deferred" TEXT NOT NULL, 
	CONSTRAINT pk_attempts PRIMARY KEY (letter, number), 
	CONSTRAINT fk_attempts_letter FOREIGN KEY(letter) REFERENCES letters (id)
);
CREATE TABLE blanks (
	campaign TEXT NOT NULL, 
	unit TEXT NOT NULL, 
	form_version TEXT NOT NULL, 
	at VARCHAR(27) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_blanks PRIMARY KEY (campaign, unit, form_version), 
	CONSTRAINT fk_blanks_sha256 FOREIGN KEY(sha256) REFERENCES blobs (sha256)
);
CREATE TABLE blobs (
	sha256 VARCHAR(64) NOT NULL, 
	size BIGINT NOT NULL, 
	packed BOOLEAN NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_blobs PRIMARY KEY (sha256)
);
INSERT INTO "blobs" VALUES('40fa352d07ae619725243701ee24ea91018adf79a117c66c53a7b78456832961',63,0,X'4D6573736167652D49443A203C6D61696C2D31406578616D706C652E766E3E0D0A5375626A6563743A20746573740D0A0D0A4BC3AD6E682067E1BBAD690D0A');
INSERT INTO "blobs" VALUES('7e1a44ce43a664262c1595e79a717b669218a17594a86a6e841a7b9db30608ac',63,0,X'4D6573736167652D49443A203C6D61696C2D32406578616D706C652E766E3E0D0A5375626A6563743A20746573740D0A0D0A4BC3AD6E682067E1BBAD690D0A');
CREATE TABLE campaign_versions (
	id INTEGER NOT NULL, 
	campaign TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	since VARCHAR(27) NOT NULL, 
	content_sha256 VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_campaign_versions PRIMARY KEY (id), 
	CONSTRAINT fk_campaign_versions_content_sha256 FOREIGN KEY(content_sha256) REFERENCES blobs (sha256)
);
CREATE TABLE chain_tail (
	id INTEGER NOT NULL, 
	length INTEGER NOT NULL, 
	chain_digest VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_chain_tail PRIMARY KEY (id)
);
CREATE TABLE dead_addresses (
	address TEXT NOT NULL, 
	at VARCHAR(27) NOT NULL, 
	why TEXT NOT NULL, 
	CONSTRAINT pk_dead_addresses PRIMARY KEY (address)
);
CREATE TABLE decisions (
	id INTEGER NOT NULL, 
	campaign TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	at VARCHAR(27) NOT NULL, 
	detail TEXT NOT NULL, 
	CONSTRAINT pk_decisions PRIMARY KEY (id)
);
INSERT INTO "decisions" VALUES(1,'thang-dan-van-2021','excuse','CCVC','Nguyễn Thị Hoa','Đã sáp nhập','2021-10-18T01:00:00.000000Z','{}');
CREATE TABLE events (
	number INTEGER NOT NULL, 
	at VARCHAR(27) NOT NULL, 
	actor TEXT NOT NULL, 
	action TEXT NOT NULL, 
	campaign TEXT, 
	subject TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	content_digest VARCHAR(64) NOT NULL, 
	chain_digest VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (number)
);
CREATE TABLE findings (
	submission INTEGER NOT NULL, 
	stage TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	code TEXT NOT NULL, 
	severity TEXT NOT NULL, 
	audience TEXT NOT NULL, 
	sheet TEXT NOT NULL, 
	cell TEXT NOT NULL, 
	field TEXT NOT NULL, 
	message TEXT NOT NULL, 
	advice TEXT NOT NULL, 
	CONSTRAINT pk_findings PRIMARY KEY (submission, stage, position), 
	CONSTRAINT fk_findings_submission FOREIGN KEY(submission) REFERENCES submissions (id)
)
 WITHOUT ROWID

;
CREATE TABLE leases (
	name TEXT NOT NULL, 
	owner TEXT NOT NULL, 
	until VARCHAR(27) NOT NULL, 
	CONSTRAINT pk_leases PRIMARY KEY (name)
);
CREATE TABLE letter_answers (
	id INTEGER NOT NULL, 
	letter INTEGER NOT NULL, 
	address TEXT NOT NULL, 
	accepted BOOLEAN NOT NULL, 
	answer TEXT NOT NULL, 
	CONSTRAINT pk_letter_answers PRIMARY KEY (id), 
	CONSTRAINT uq_letter_answers_letter_accepted_address UNIQUE (letter, accepted, address), 
	CONSTRAINT fk_letter_answers_letter FOREIGN KEY(letter) REFERENCES letters (id)
);
CREATE TABLE letter_recipients (
	letter INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	address TEXT NOT NULL, 
	folded TEXT NOT NULL, 
	CONSTRAINT pk_letter_recipients PRIMARY KEY (letter, position), 
	CONSTRAINT fk_letter_recipients_letter FOREIGN KEY(letter) REFERENCES letters (id)
);
CREATE TABLE letters (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	campaign TEXT, 
	unit TEXT, 
	kind TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	message_id TEXT NOT NULL, 
	sender TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	content_sha256 VARCHAR(64) NOT NULL, 
	answers INTEGER, 
	state TEXT NOT NULL, 
	created_at VARCHAR(27) NOT NULL, 
	not_before VARCHAR(27) NOT NULL, 
	attempts INTEGER NOT NULL, 
	lease_until VARCHAR(27), 
	sent_at VARCHAR(27), 
	detail TEXT NOT NULL, 
	CONSTRAINT uq_letters_message_id UNIQUE (message_id), 
	CONSTRAINT fk_letters_content_sha256 FOREIGN KEY(content_sha256) REFERENCES blobs (sha256), 
	CONSTRAINT fk_letters_answers FOREIGN KEY(answers) REFERENCES messages (id)
);
CREATE TABLE list_cells (
	submission INTEGER NOT NULL, 
	list TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	column_position INTEGER NOT NULL, 
	column_name TEXT NOT NULL, 
	state TEXT, 
	value TEXT, 
	approximate BOOLEAN NOT NULL, 
	has_raw BOOLEAN NOT NULL, 
	raw TEXT, 
	cell TEXT, 
	CONSTRAINT pk_list_cells PRIMARY KEY (submission, list, position, column_position), 
	CONSTRAINT fk_list_cells_submission FOREIGN KEY(submission) REFERENCES submissions (id)
)
 WITHOUT ROWID

;
CREATE TABLE list_rows (
	submission INTEGER NOT NULL, 
	list TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	sheet TEXT NOT NULL, 
	"row" INTEGER NOT NULL, 
	CONSTRAINT pk_list_rows PRIMARY KEY (submission, list, position), 
	CONSTRAINT fk_list_rows_submission FOREIGN KEY(submission) REFERENCES submissions (id)
)
 WITHOUT ROWID

;
CREATE TABLE message_attachments (
	message INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	size BIGINT NOT NULL, 
	CONSTRAINT pk_message_attachments PRIMARY KEY (message, position), 
	CONSTRAINT fk_message_attachments_message FOREIGN KEY(message) REFERENCES messages (id)
);
CREATE TABLE message_guesses (
	message INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	campaign TEXT NOT NULL, 
	unit TEXT NOT NULL, 
	reasons TEXT NOT NULL, 
	CONSTRAINT pk_message_guesses PRIMARY KEY (message, position), 
	CONSTRAINT fk_message_guesses_message FOREIGN KEY(message) REFERENCES messages (id)
);
CREATE TABLE messages (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	sha256 VARCHAR(64) NOT NULL, 
	stored_at VARCHAR(27) NOT NULL, 
	message_id TEXT, 
	sender_name TEXT, 
	sender_address TEXT, 
	subject TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	reason TEXT, 
	explanation TEXT NOT NULL, 
	campaign TEXT, 
	unit TEXT, 
	attempts INTEGER NOT NULL, 
	CONSTRAINT uq_messages_sha256 UNIQUE (sha256), 
	CONSTRAINT fk_messages_sha256 FOREIGN KEY(sha256) REFERENCES blobs (sha256)
);
INSERT INTO "messages" VALUES(1,'40fa352d07ae619725243701ee24ea91018adf79a117c66c53a7b78456832961','2021-10-18T01:00:00.000000Z',NULL,NULL,NULL,'','new',NULL,'',NULL,NULL,0);
INSERT INTO "messages" VALUES(2,'7e1a44ce43a664262c1595e79a717b669218a17594a86a6e841a7b9db30608ac','2021-10-18T01:00:00.000000Z',NULL,NULL,NULL,'','new',NULL,'',NULL,NULL,0);
CREATE TABLE polls (
	account TEXT NOT NULL, 
	ended_at VARCHAR(27) NOT NULL, 
	problem TEXT NOT NULL, 
	succeeded_at VARCHAR(27), 
	CONSTRAINT pk_polls PRIMARY KEY (account)
);
CREATE TABLE report_files (
	report INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	rendition TEXT NOT NULL, 
	name TEXT NOT NULL, 
	media_type TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_report_files PRIMARY KEY (report, position), 
	CONSTRAINT uq_report_files_report_rendition_name UNIQUE (report, rendition, name), 
	CONSTRAINT fk_report_files_report FOREIGN KEY(report) REFERENCES reports (id), 
	CONSTRAINT fk_report_files_sha256 FOREIGN KEY(sha256) REFERENCES blobs (sha256)
);
CREATE TABLE reports (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	campaign TEXT NOT NULL, 
	state TEXT NOT NULL, 
	created_at VARCHAR(27) NOT NULL, 
	occasion TEXT NOT NULL, 
	snapshot_sha256 VARCHAR(64) NOT NULL, 
	inputs TEXT NOT NULL, 
	counted INTEGER NOT NULL, 
	expected INTEGER NOT NULL, 
	CONSTRAINT fk_reports_snapshot_sha256 FOREIGN KEY(snapshot_sha256) REFERENCES blobs (sha256)
);
CREATE TABLE schema_version (
	id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_schema_version PRIMARY KEY (id)
);
INSERT INTO "schema_version" VALUES(1,1);
CREATE TABLE sent_attachments (
	sha256 VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_sent_attachments PRIMARY KEY (sha256)
);
CREATE TABLE sightings (
	id INTEGER NOT NULL, 
	message INTEGER NOT NULL, 
	is_first BOOLEAN NOT NULL, 
	account TEXT NOT NULL, 
	folder TEXT NOT NULL, 
	uidvalidity BIGINT NOT NULL, 
	uid BIGINT NOT NULL, 
	received_at VARCHAR(27) NOT NULL, 
	size BIGINT NOT NULL, 
	CONSTRAINT pk_sightings PRIMARY KEY (id), 
	CONSTRAINT uq_sightings_account_folder_uidvalidity_uid_received_at_size UNIQUE (account, folder, uidvalidity, uid, received_at, size), 
	CONSTRAINT fk_sightings_message FOREIGN KEY(message) REFERENCES messages (id)
);
INSERT INTO "sightings" VALUES(1,1,1,'main','INBOX',7,1,'2021-10-18T01:00:00.000000Z',1000);
INSERT INTO "sightings" VALUES(2,2,1,'main','INBOX',7,2,'2021-10-18T01:00:00.000000Z',1000);
CREATE TABLE submissions (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	campaign TEXT NOT NULL, 
	unit TEXT NOT NULL, 
	item TEXT NOT NULL, 
	message INTEGER NOT NULL, 
	attachment_name TEXT NOT NULL, 
	attachment_sha256 VARCHAR(64) NOT NULL, 
	received_at VARCHAR(27) NOT NULL, 
	verdict TEXT NOT NULL, 
	form_version TEXT NOT NULL, 
	content_digest TEXT NOT NULL, 
	not_checked TEXT NOT NULL, 
	lists TEXT, 
	understood_as TEXT, 
	CONSTRAINT uq_submissions_message_unit_item_attachment_sha256 UNIQUE (message, unit, item, attachment_sha256), 
	CONSTRAINT fk_submissions_message FOREIGN KEY(message) REFERENCES messages (id)
);
INSERT INTO "submissions" VALUES(1,'thang-dan-van-2021','CCVC','form',1,'Biểu tổng hợp.xlsx','244f4e42fb0ee32cd4231096cf91c1b36662e3becc5b5b1deab885bd1a624c18','2021-10-18T01:00:00.000000Z','accepted','1','c0ffee','[]','[]','[]');
INSERT INTO "submissions" VALUES(2,'thang-dan-van-2021','CCVC','form',2,'Biểu tổng hợp.xlsx','3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3','2021-10-19T01:00:00.000000Z','accepted','1','c0ffee','[]','[]','[]');
CREATE INDEX ix_decisions_campaign_kind ON decisions (campaign, kind);
CREATE INDEX ix_events_campaign ON events (campaign);
CREATE INDEX ix_messages_outcome ON messages (outcome);
CREATE INDEX ix_messages_message_id ON messages (message_id);
CREATE INDEX ix_reports_campaign ON reports (campaign);
CREATE INDEX ix_campaign_versions_campaign ON campaign_versions (campaign);
CREATE INDEX ix_sightings_message ON sightings (message);
CREATE INDEX ix_message_attachments_sha256 ON message_attachments (sha256);
CREATE INDEX ix_submissions_campaign_unit_item ON submissions (campaign, unit, item);
CREATE INDEX ix_letters_state ON letters (state);
CREATE INDEX ix_letters_answers ON letters (answers);
CREATE INDEX ix_letters_campaign ON letters (campaign);
CREATE INDEX ix_letters_created_at ON letters (created_at);
CREATE INDEX ix_report_files_sha256 ON report_files (sha256);
CREATE INDEX ix_letter_recipients_folded ON letter_recipients (folded);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('messages',2);
INSERT INTO "sqlite_sequence" VALUES('submissions',2);
COMMIT;
