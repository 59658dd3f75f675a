"""Tables of every domain"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('agent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('first_name', sa.Text(), nullable=False),
    sa.Column('last_name', sa.Text(), nullable=False),
    sa.Column('job_title', sa.Text(), server_default='', nullable=False),
    sa.Column('administration', sa.Enum('direccte', 'urssaf', 'banque_de_france', 'dgfip', 'dge', 'vigie', name='administration', native_enum=False, length=40), nullable=False),
    sa.Column('password', sa.Text(), nullable=True),
    sa.Column('active', sa.Boolean(), server_default='true', nullable=False),
    sa.Column('fs_uniquifier', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('wants_digest', sa.Boolean(), server_default='true', nullable=False),
    sa.CheckConstraint("administration in ('direccte', 'urssaf', 'banque_de_france', 'dgfip', 'dge', 'vigie')", name=op.f('ck_agent_administration_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agent')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_agent_fs_uniquifier'))
    )
    op.create_index('uq_agent_email_lower', 'agent', [sa.literal_column('lower(email)')], unique=True)
    op.create_table('company',
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_sort', sa.Text(), nullable=False),
    sa.Column('legal_category', sa.Text(), nullable=True),
    sa.Column('naf', sa.Text(), nullable=True),
    sa.Column('created_on', sa.Date(), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('department', sa.Text(), nullable=True),
    sa.Column('departments', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('commune', sa.Text(), nullable=True),
    sa.Column('workforce', sa.Double(), nullable=True),
    sa.Column('workforce_month', sa.Date(), nullable=True),
    sa.Column('procedure_status', sa.Enum('in_bonis', 'sauvegarde', 'plan_sauvegarde', 'redressement', 'plan_redressement', 'liquidation', name='procedurestatus', native_enum=False, length=40), nullable=False),
    sa.Column('procedure_since', sa.Date(), nullable=True),
    sa.Column('in_perimeter', sa.Boolean(), nullable=False),
    sa.Column('first_alert_on', sa.Date(), nullable=True),
    sa.CheckConstraint("procedure_status in ('in_bonis', 'sauvegarde', 'plan_sauvegarde', 'redressement', 'plan_redressement', 'liquidation')", name=op.f('ck_company_procedure_status_known')),
    sa.PrimaryKeyConstraint('siren', name=op.f('pk_company'))
    )
    op.create_index('ix_company_department', 'company', ['department'], unique=False)
    op.create_index('ix_company_departments', 'company', ['departments'], unique=False, postgresql_using='gin')
    op.create_index('ix_company_name_sort_trgm', 'company', ['name_sort'], unique=False, postgresql_using='gin', postgresql_ops={'name_sort': 'gin_trgm_ops'})
    op.create_table('company_series',
    sa.Column('siret', sa.String(length=14), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('department', sa.Text(), nullable=True),
    sa.Column('nature', sa.Text(), nullable=True),
    sa.Column('first_month', sa.Date(), nullable=False),
    sa.Column('values', postgresql.ARRAY(sa.Double()), nullable=False),
    sa.CheckConstraint('extract(day from first_month) = 1', name=op.f('ck_company_series_first_of_month')),
    sa.PrimaryKeyConstraint('siret', 'code', name=op.f('pk_company_series'))
    )
    op.create_index('ix_company_series_siren', 'company_series', ['siren'], unique=False)
    op.create_table('department',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('region_code', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_department'))
    )
    op.create_index(op.f('ix_department_region_code'), 'department', ['region_code'], unique=False)
    op.create_table('journal',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('actor_name', sa.Text(), nullable=False),
    sa.Column('event', sa.String(length=60), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=True),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('previous_hash', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal'))
    )
    op.create_index('ix_journal_actor_id_recorded_at', 'journal', ['actor_id', 'recorded_at'], unique=False)
    op.create_index('ix_journal_event_recorded_at', 'journal', ['event', 'recorded_at'], unique=False)
    op.create_index('ix_journal_siren_recorded_at', 'journal', ['siren', 'recorded_at'], unique=False)
    op.create_table('model_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('directory', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('trained_as_of', sa.Date(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('is_champion', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('metrics', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_model_version')),
    sa.UniqueConstraint('sha256', name=op.f('uq_model_version_sha256'))
    )
    op.create_index('uq_model_version_champion', 'model_version', ['is_champion'], unique=True, postgresql_where=sa.text('is_champion'))
    op.create_table('network',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('is_codefi', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_network')),
    sa.UniqueConstraint('code', name=op.f('uq_network_code'))
    )
    op.create_table('payment_plan',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('siret', sa.String(length=14), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('department', sa.Text(), nullable=True),
    sa.Column('created_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('amount', sa.Double(), nullable=False),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment_plan'))
    )
    op.create_index(op.f('ix_payment_plan_siren'), 'payment_plan', ['siren'], unique=False)
    op.create_index(op.f('ix_payment_plan_siret'), 'payment_plan', ['siret'], unique=False)
    op.create_table('procedure_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=True),
    sa.Column('stage', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_procedure_event'))
    )
    op.create_index(op.f('ix_procedure_event_siren'), 'procedure_event', ['siren'], unique=False)
    op.create_table('role',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role')),
    sa.UniqueConstraint('name', name=op.f('uq_role_name'))
    )
    op.create_table('source_freshness',
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('month', sa.Date(), nullable=True),
    sa.Column('batch_id', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('source', name=op.f('pk_source_freshness'))
    )
    op.create_table('zone',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('kind', sa.Enum('departement', 'region', 'france', name='zonekind', native_enum=False, length=40), nullable=False),
    sa.Column('departments', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.CheckConstraint("kind in ('departement', 'region', 'france')", name=op.f('ck_zone_kind_known')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_zone'))
    )
    op.create_table('agent_role',
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('role_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_agent_role_agent_id_agent')),
    sa.ForeignKeyConstraint(['role_id'], ['role.id'], name=op.f('fk_agent_role_role_id_role')),
    sa.PrimaryKeyConstraint('agent_id', 'role_id', name=op.f('pk_agent_role'))
    )
    op.create_table('batch',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('loading', 'published', 'failed', name='batchstate', native_enum=False, length=40), nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('started_by', sa.Integer(), nullable=True),
    sa.CheckConstraint("state in ('loading', 'published', 'failed')", name=op.f('ck_batch_state_known')),
    sa.ForeignKeyConstraint(['started_by'], ['agent.id'], name=op.f('fk_batch_started_by_agent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch'))
    )
    op.create_table('commitment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_commitment_agent_id_agent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment'))
    )
    op.create_index(op.f('ix_commitment_agent_id'), 'commitment', ['agent_id'], unique=False)
    op.create_table('detection_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'running', 'done', 'failed', name='runstate', native_enum=False, length=40), nullable=False),
    sa.Column('trigger', sa.Text(), nullable=False),
    sa.Column('started_by', sa.Integer(), nullable=True),
    sa.Column('model_id', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.CheckConstraint("state in ('waiting', 'running', 'done', 'failed')", name=op.f('ck_detection_run_state_known')),
    sa.ForeignKeyConstraint(['model_id'], ['model_version.id'], name=op.f('fk_detection_run_model_id_model_version')),
    sa.ForeignKeyConstraint(['started_by'], ['agent.id'], name=op.f('fk_detection_run_started_by_agent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_detection_run'))
    )
    op.create_table('draft',
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('form_path', sa.Text(), nullable=False),
    sa.Column('fields', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_draft_agent_id_agent')),
    sa.PrimaryKeyConstraint('agent_id', 'form_path', name=op.f('pk_draft'))
    )
    op.create_table('email',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('dedup_key', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('body_text', sa.Text(), nullable=False),
    sa.Column('body_html', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_email_agent_id_agent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_email')),
    sa.UniqueConstraint('dedup_key', name=op.f('uq_email_dedup_key'))
    )
    op.create_table('establishment',
    sa.Column('siret', sa.String(length=14), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('is_head_office', sa.Boolean(), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('postal_code', sa.Text(), nullable=True),
    sa.Column('commune', sa.Text(), nullable=True),
    sa.Column('commune_code', sa.Text(), nullable=True),
    sa.Column('department', sa.Text(), nullable=True),
    sa.Column('naf', sa.Text(), nullable=True),
    sa.Column('created_on', sa.Date(), nullable=True),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('longitude', sa.Double(), nullable=True),
    sa.Column('latitude', sa.Double(), nullable=True),
    sa.ForeignKeyConstraint(['siren'], ['company.siren'], name=op.f('fk_establishment_siren_company'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('siret', name=op.f('pk_establishment'))
    )
    op.create_index(op.f('ix_establishment_siren'), 'establishment', ['siren'], unique=False)
    op.create_table('feed_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('departments', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('network_id', sa.Integer(), nullable=True),
    sa.Column('nature', sa.Text(), nullable=True),
    sa.Column('subject_kind', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=True),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('occurred_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['agent.id'], name=op.f('fk_feed_event_actor_id_agent')),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_feed_event_network_id_network')),
    sa.ForeignKeyConstraint(['siren'], ['company.siren'], name=op.f('fk_feed_event_siren_company')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feed_event'))
    )
    op.create_index('ix_feed_event_occurred_at_id', 'feed_event', ['occurred_at', 'id'], unique=False)
    op.create_index('ix_feed_event_siren_occurred_at', 'feed_event', ['siren', 'occurred_at'], unique=False)
    op.create_table('follow',
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('level', sa.Enum('all', 'mentions', 'nothing', name='followlevel', native_enum=False, length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("level in ('all', 'mentions', 'nothing')", name=op.f('ck_follow_level_known')),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_follow_agent_id_agent')),
    sa.ForeignKeyConstraint(['siren'], ['company.siren'], name=op.f('fk_follow_siren_company')),
    sa.PrimaryKeyConstraint('agent_id', 'siren', name=op.f('pk_follow'))
    )
    op.create_index('ix_follow_siren', 'follow', ['siren'], unique=False)
    op.create_table('habilitation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('zone_code', sa.Text(), nullable=False),
    sa.Column('natures', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('function', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('requested_by', sa.Integer(), nullable=False),
    sa.Column('validated_by', sa.Integer(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("ends_on > starts_on and ends_on <= starts_on + interval '6 months'", name=op.f('ck_habilitation_at_most_six_months')),
    sa.CheckConstraint('requested_by <> validated_by', name=op.f('ck_habilitation_two_persons')),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_habilitation_agent_id_agent')),
    sa.ForeignKeyConstraint(['requested_by'], ['agent.id'], name=op.f('fk_habilitation_requested_by_agent')),
    sa.ForeignKeyConstraint(['validated_by'], ['agent.id'], name=op.f('fk_habilitation_validated_by_agent')),
    sa.ForeignKeyConstraint(['zone_code'], ['zone.code'], name=op.f('fk_habilitation_zone_code_zone')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_habilitation'))
    )
    op.create_index(op.f('ix_habilitation_agent_id'), 'habilitation', ['agent_id'], unique=False)
    op.create_table('human_signal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('departments', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.Enum('interne', 'externe', 'presse', 'dirigeant', name='signalsource', native_enum=False, length=40), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("source in ('interne', 'externe', 'presse', 'dirigeant')", name=op.f('ck_human_signal_source_known')),
    sa.ForeignKeyConstraint(['author_id'], ['agent.id'], name=op.f('fk_human_signal_author_id_agent')),
    sa.ForeignKeyConstraint(['siren'], ['company.siren'], name=op.f('fk_human_signal_siren_company'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_human_signal'))
    )
    op.create_index(op.f('ix_human_signal_siren'), 'human_signal', ['siren'], unique=False)
    op.create_table('label',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('kind', sa.Enum('support_opened', 'support_closed', 'verdict', 'outcome', 'refusal', 'unreachable', name='labelkind', native_enum=False, length=40), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.Column('known_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('value', sa.Text(), server_default='', nullable=False),
    sa.Column('p_select', sa.Double(), nullable=True),
    sa.Column('subject_kind', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind in ('support_opened', 'support_closed', 'verdict', 'outcome', 'refusal', 'unreachable')", name=op.f('ck_label_kind_known')),
    sa.CheckConstraint('p_select > 0 and p_select <= 1', name=op.f('ck_label_p_select_is_a_probability')),
    sa.ForeignKeyConstraint(['siren'], ['company.siren'], name=op.f('fk_label_siren_company')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_label')),
    sa.UniqueConstraint('subject_kind', 'subject_id', 'kind', 'known_at', name=op.f('uq_label_subject_kind_subject_id_kind_known_at'))
    )
    op.create_index(op.f('ix_label_siren'), 'label', ['siren'], unique=False)
    op.create_table('membership',
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('network_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_membership_agent_id_agent')),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_membership_network_id_network')),
    sa.PrimaryKeyConstraint('agent_id', 'network_id', name=op.f('pk_membership'))
    )
    op.create_table('batch_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('rows', sa.BigInteger(), nullable=False),
    sa.Column('valid', sa.BigInteger(), nullable=False),
    sa.Column('rejected', sa.BigInteger(), nullable=False),
    sa.Column('outside', sa.BigInteger(), nullable=False),
    sa.Column('reasons', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('is_new', sa.Boolean(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_batch_file_batch_id_batch')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_batch_file'))
    )
    op.create_index(op.f('ix_batch_file_batch_id'), 'batch_file', ['batch_id'], unique=False)
    op.create_index(op.f('ix_batch_file_sha256'), 'batch_file', ['sha256'], unique=False)
    op.create_table('detection_list',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('label', sa.Text(), nullable=False),
    sa.Column('parameters', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['detection_run.id'], name=op.f('fk_detection_list_run_id_detection_run')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_detection_list')),
    sa.UniqueConstraint('run_id', name=op.f('uq_detection_list_run_id'))
    )
    op.create_index(op.f('ix_detection_list_as_of'), 'detection_list', ['as_of'], unique=False)
    op.create_table('notification',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('emailed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_notification_agent_id_agent')),
    sa.ForeignKeyConstraint(['event_id'], ['feed_event.id'], name=op.f('fk_notification_event_id_feed_event')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification')),
    sa.UniqueConstraint('agent_id', 'event_id', name=op.f('uq_notification_agent_id_event_id'))
    )
    op.create_index('ix_notification_unread', 'notification', ['agent_id', 'id'], unique=False, postgresql_where=sa.text('read_at is null'))
    op.create_table('run_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.Enum('freshness', 'features', 'score', 'explain', 'list', 'alerts', name='stepname', native_enum=False, length=40), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'running', 'done', 'failed', name='runstate', native_enum=False, length=40), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('counts', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.CheckConstraint("name in ('freshness', 'features', 'score', 'explain', 'list', 'alerts')", name=op.f('ck_run_step_name_known')),
    sa.CheckConstraint("state in ('waiting', 'running', 'done', 'failed')", name=op.f('ck_run_step_state_known')),
    sa.ForeignKeyConstraint(['run_id'], ['detection_run.id'], name=op.f('fk_run_step_run_id_detection_run')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_run_step')),
    sa.UniqueConstraint('run_id', 'name', name=op.f('uq_run_step_run_id_name'))
    )
    op.create_table('support_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('siret', sa.String(length=14), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('department', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('en_cours', 'sous_surveillance', 'termine', name='casestate', native_enum=False, length=40), nullable=False),
    sa.Column('criticality', sa.Enum('elevee', 'moderee', 'none', name='criticality', native_enum=False, length=40), server_default='none', nullable=False),
    sa.Column('context', sa.Text(), server_default='', nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('opened_by', sa.Integer(), nullable=False),
    sa.Column('closed_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("(state = 'termine') = (closed_on is not null)", name=op.f('ck_support_case_closed_when_done')),
    sa.CheckConstraint("criticality in ('elevee', 'moderee', 'none')", name=op.f('ck_support_case_criticality_known')),
    sa.CheckConstraint("state in ('en_cours', 'sous_surveillance', 'termine')", name=op.f('ck_support_case_state_known')),
    sa.CheckConstraint('closed_on >= opened_on', name=op.f('ck_support_case_closed_after_opened')),
    sa.ForeignKeyConstraint(['opened_by'], ['agent.id'], name=op.f('fk_support_case_opened_by_agent')),
    sa.ForeignKeyConstraint(['siren'], ['company.siren'], name=op.f('fk_support_case_siren_company')),
    sa.ForeignKeyConstraint(['siret'], ['establishment.siret'], name=op.f('fk_support_case_siret_establishment')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_support_case'))
    )
    op.create_index('ix_support_case_department_state', 'support_case', ['department', 'state'], unique=False)
    op.create_index(op.f('ix_support_case_siren'), 'support_case', ['siren'], unique=False)
    op.create_index('uq_support_case_open_siret', 'support_case', ['siret'], unique=True, postgresql_where=sa.text("state <> 'termine'"))
    op.create_table('case_member',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('referent', 'participant', name='memberrole', native_enum=False, length=40), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('left_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role in ('referent', 'participant')", name=op.f('ck_case_member_role_known')),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_case_member_agent_id_agent')),
    sa.ForeignKeyConstraint(['case_id'], ['support_case.id'], name=op.f('fk_case_member_case_id_support_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_member'))
    )
    op.create_index(op.f('ix_case_member_agent_id'), 'case_member', ['agent_id'], unique=False)
    op.create_index('uq_case_member_active', 'case_member', ['case_id', 'agent_id'], unique=True, postgresql_where=sa.text('left_at is null'))
    op.create_table('case_outcome',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Enum('stabilisee', 'restructuree', 'reprise', 'procedure_amiable', 'procedure_collective', 'cessation', 'refus_accompagnement', 'sans_objet', 'perdue_de_vue', name='outcome', native_enum=False, length=40), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.Column('jobs_at_stake', sa.Integer(), nullable=True),
    sa.Column('jobs_kept', sa.Integer(), nullable=True),
    sa.Column('comment', sa.Text(), server_default='', nullable=False),
    sa.Column('recorded_by', sa.Integer(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("outcome in ('stabilisee', 'restructuree', 'reprise', 'procedure_amiable', 'procedure_collective', 'cessation', 'refus_accompagnement', 'sans_objet', 'perdue_de_vue')", name=op.f('ck_case_outcome_outcome_known')),
    sa.CheckConstraint('jobs_at_stake >= 0 and jobs_kept >= 0 and jobs_kept <= jobs_at_stake', name=op.f('ck_case_outcome_jobs')),
    sa.ForeignKeyConstraint(['case_id'], ['support_case.id'], name=op.f('fk_case_outcome_case_id_support_case')),
    sa.ForeignKeyConstraint(['recorded_by'], ['agent.id'], name=op.f('fk_case_outcome_recorded_by_agent')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_outcome'))
    )
    op.create_index(op.f('ix_case_outcome_case_id'), 'case_outcome', ['case_id'], unique=False)
    op.create_table('case_state_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('from_state', sa.Enum('en_cours', 'sous_surveillance', 'termine', name='casestate', native_enum=False, length=40), nullable=True),
    sa.Column('to_state', sa.Enum('en_cours', 'sous_surveillance', 'termine', name='casestate', native_enum=False, length=40), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_case_state_change_agent_id_agent')),
    sa.ForeignKeyConstraint(['case_id'], ['support_case.id'], name=op.f('fk_case_state_change_case_id_support_case')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_state_change'))
    )
    op.create_index(op.f('ix_case_state_change_case_id'), 'case_state_change', ['case_id'], unique=False)
    op.create_table('comment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('network_id', sa.Integer(), nullable=False),
    sa.Column('departments', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('char_length(body) between 1 and 10000', name=op.f('ck_comment_body_length')),
    sa.ForeignKeyConstraint(['author_id'], ['agent.id'], name=op.f('fk_comment_author_id_agent')),
    sa.ForeignKeyConstraint(['case_id'], ['support_case.id'], name=op.f('fk_comment_case_id_support_case')),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_comment_network_id_network')),
    sa.ForeignKeyConstraint(['siren'], ['company.siren'], name=op.f('fk_comment_siren_company')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment'))
    )
    op.create_index(op.f('ix_comment_case_id'), 'comment', ['case_id'], unique=False)
    op.create_index('ix_comment_siren_created_at', 'comment', ['siren', 'created_at'], unique=False)
    op.create_table('detection_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('list_id', sa.Integer(), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('department', sa.Text(), nullable=True),
    sa.Column('departments', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('p12', sa.Double(), nullable=False),
    sa.Column('p18', sa.Double(), nullable=False),
    sa.Column('p24', sa.Double(), nullable=False),
    sa.Column('level', sa.Enum('elevee', 'moderee', 'none', name='level', native_enum=False, length=40), nullable=False),
    sa.Column('novelty', sa.Enum('first_alert', 'aggravation', 're_alert', 'none', name='novelty', native_enum=False, length=40), nullable=False),
    sa.Column('arm', sa.Text(), nullable=False),
    sa.Column('p_select', sa.Double(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.CheckConstraint("level in ('elevee', 'moderee', 'none')", name=op.f('ck_detection_entry_level_known')),
    sa.CheckConstraint("novelty in ('first_alert', 'aggravation', 're_alert', 'none')", name=op.f('ck_detection_entry_novelty_known')),
    sa.CheckConstraint('0 < p_select and p_select <= 1', name=op.f('ck_detection_entry_p_select_is_a_probability')),
    sa.CheckConstraint('0 <= p12 and p12 <= p18 and p18 <= p24 and p24 <= 1', name=op.f('ck_detection_entry_ordered_probabilities')),
    sa.ForeignKeyConstraint(['list_id'], ['detection_list.id'], name=op.f('fk_detection_entry_list_id_detection_list')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_detection_entry')),
    sa.UniqueConstraint('list_id', 'siren', name=op.f('uq_detection_entry_list_id_siren'))
    )
    op.create_index('ix_detection_entry_list_rank', 'detection_entry', ['list_id', 'rank'], unique=False)
    op.create_index('ix_detection_entry_siren', 'detection_entry', ['siren'], unique=False)
    op.create_table('comment_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('comment_id', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('replaced_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comment.id'], name=op.f('fk_comment_version_comment_id_comment')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment_version'))
    )
    op.create_index(op.f('ix_comment_version_comment_id'), 'comment_version', ['comment_id'], unique=False)
    op.create_table('detection_feedback',
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('agent_id', sa.Integer(), nullable=False),
    sa.Column('is_useful', sa.Boolean(), nullable=False),
    sa.Column('reasons', postgresql.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('comment', sa.Text(), server_default='', nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['agent_id'], ['agent.id'], name=op.f('fk_detection_feedback_agent_id_agent')),
    sa.ForeignKeyConstraint(['entry_id'], ['detection_entry.id'], name=op.f('fk_detection_feedback_entry_id_detection_entry'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('entry_id', 'agent_id', name=op.f('pk_detection_feedback'))
    )
    op.create_table('detection_reason',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('departments', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('nature', sa.Text(), nullable=True),
    sa.Column('theme', sa.Text(), nullable=False),
    sa.Column('variable', sa.Text(), nullable=True),
    sa.Column('contribution', sa.Double(), nullable=True),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['detection_entry.id'], name=op.f('fk_detection_reason_entry_id_detection_entry'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_detection_reason'))
    )
    op.create_index(op.f('ix_detection_reason_entry_id'), 'detection_reason', ['entry_id'], unique=False)
    op.create_table('visit',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('siret', sa.String(length=14), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('department', sa.Text(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=True),
    sa.Column('entry_id', sa.Integer(), nullable=True),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('visited_on', sa.Date(), nullable=False),
    sa.Column('channel', sa.Enum('sur_place', 'visio', 'telephone', name='channel', native_enum=False, length=40), nullable=False),
    sa.Column('contact_result', sa.Enum('repondu', 'injoignable', 'refus', name='contactresult', native_enum=False, length=40), nullable=False),
    sa.Column('verdict', sa.Enum('confirmee', 'non_confirmee', 'indeterminee', name='verdict', native_enum=False, length=40), nullable=True),
    sa.Column('nature', sa.Enum('structurelle', 'conjoncturelle', 'creanciers', 'strategique', 'sociale_rh', 'approvisionnement', 'gouvernance', 'aucune', name='difficultynature', native_enum=False, length=40), nullable=True),
    sa.Column('severity', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("(contact_result = 'repondu') = (verdict is not null)", name=op.f('ck_visit_verdict_when_answered')),
    sa.CheckConstraint("channel in ('sur_place', 'visio', 'telephone')", name=op.f('ck_visit_channel_known')),
    sa.CheckConstraint("contact_result in ('repondu', 'injoignable', 'refus')", name=op.f('ck_visit_contact_result_known')),
    sa.CheckConstraint('severity between 0 and 3', name=op.f('ck_visit_severity_0_to_3')),
    sa.ForeignKeyConstraint(['author_id'], ['agent.id'], name=op.f('fk_visit_author_id_agent')),
    sa.ForeignKeyConstraint(['case_id'], ['support_case.id'], name=op.f('fk_visit_case_id_support_case')),
    sa.ForeignKeyConstraint(['entry_id'], ['detection_entry.id'], name=op.f('fk_visit_entry_id_detection_entry')),
    sa.ForeignKeyConstraint(['siren'], ['company.siren'], name=op.f('fk_visit_siren_company')),
    sa.ForeignKeyConstraint(['siret'], ['establishment.siret'], name=op.f('fk_visit_siret_establishment')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit'))
    )
    op.create_index(op.f('ix_visit_case_id'), 'visit', ['case_id'], unique=False)
    op.create_index('ix_visit_department', 'visit', ['department'], unique=False)
    op.create_index('ix_visit_siren_visited_on', 'visit', ['siren', 'visited_on'], unique=False)
    op.create_table('visit_note',
    sa.Column('visit_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('siren', sa.String(length=9), nullable=False),
    sa.Column('departments', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('network_id', sa.Integer(), nullable=False),
    sa.Column('people_met', sa.Text(), server_default='', nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('next_step', sa.Text(), server_default='', nullable=False),
    sa.Column('next_step_on', sa.Date(), nullable=True),
    sa.CheckConstraint('char_length(body) <= 10000', name=op.f('ck_visit_note_body_length')),
    sa.ForeignKeyConstraint(['author_id'], ['agent.id'], name=op.f('fk_visit_note_author_id_agent')),
    sa.ForeignKeyConstraint(['network_id'], ['network.id'], name=op.f('fk_visit_note_network_id_network')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_visit_note_visit_id_visit')),
    sa.PrimaryKeyConstraint('visit_id', name=op.f('pk_visit_note'))
    )


def downgrade() -> None:
    op.drop_table('visit_note')
    op.drop_index('ix_visit_siren_visited_on', table_name='visit')
    op.drop_index('ix_visit_department', table_name='visit')
    op.drop_index(op.f('ix_visit_case_id'), table_name='visit')
    op.drop_table('visit')
    op.drop_index(op.f('ix_detection_reason_entry_id'), table_name='detection_reason')
    op.drop_table('detection_reason')
    op.drop_table('detection_feedback')
    op.drop_index(op.f('ix_comment_version_comment_id'), table_name='comment_version')
    op.drop_table('comment_version')
    op.drop_index('ix_detection_entry_siren', table_name='detection_entry')
    op.drop_index('ix_detection_entry_list_rank', table_name='detection_entry')
    op.drop_table('detection_entry')
    op.drop_index('ix_comment_siren_created_at', table_name='comment')
    op.drop_index(op.f('ix_comment_case_id'), table_name='comment')
    op.drop_table('comment')
    op.drop_index(op.f('ix_case_state_change_case_id'), table_name='case_state_change')
    op.drop_table('case_state_change')
    op.drop_index(op.f('ix_case_outcome_case_id'), table_name='case_outcome')
    op.drop_table('case_outcome')
    op.drop_index('uq_case_member_active', table_name='case_member', postgresql_where=sa.text('left_at is null'))
    op.drop_index(op.f('ix_case_member_agent_id'), table_name='case_member')
    op.drop_table('case_member')
    op.drop_index('uq_support_case_open_siret', table_name='support_case', postgresql_where=sa.text("state <> 'termine'"))
    op.drop_index(op.f('ix_support_case_siren'), table_name='support_case')
    op.drop_index('ix_support_case_department_state', table_name='support_case')
    op.drop_table('support_case')
    op.drop_table('run_step')
    op.drop_index('ix_notification_unread', table_name='notification', postgresql_where=sa.text('read_at is null'))
    op.drop_table('notification')
    op.drop_index(op.f('ix_detection_list_as_of'), table_name='detection_list')
    op.drop_table('detection_list')
    op.drop_index(op.f('ix_batch_file_sha256'), table_name='batch_file')
    op.drop_index(op.f('ix_batch_file_batch_id'), table_name='batch_file')
    op.drop_table('batch_file')
    op.drop_table('membership')
    op.drop_index(op.f('ix_label_siren'), table_name='label')
    op.drop_table('label')
    op.drop_index(op.f('ix_human_signal_siren'), table_name='human_signal')
    op.drop_table('human_signal')
    op.drop_index(op.f('ix_habilitation_agent_id'), table_name='habilitation')
    op.drop_table('habilitation')
    op.drop_index('ix_follow_siren', table_name='follow')
    op.drop_table('follow')
    op.drop_index('ix_feed_event_siren_occurred_at', table_name='feed_event')
    op.drop_index('ix_feed_event_occurred_at_id', table_name='feed_event')
    op.drop_table('feed_event')
    op.drop_index(op.f('ix_establishment_siren'), table_name='establishment')
    op.drop_table('establishment')
    op.drop_table('email')
    op.drop_table('draft')
    op.drop_table('detection_run')
    op.drop_index(op.f('ix_commitment_agent_id'), table_name='commitment')
    op.drop_table('commitment')
    op.drop_table('batch')
    op.drop_table('agent_role')
    op.drop_table('zone')
    op.drop_table('source_freshness')
    op.drop_table('role')
    op.drop_index(op.f('ix_procedure_event_siren'), table_name='procedure_event')
    op.drop_table('procedure_event')
    op.drop_index(op.f('ix_payment_plan_siret'), table_name='payment_plan')
    op.drop_index(op.f('ix_payment_plan_siren'), table_name='payment_plan')
    op.drop_table('payment_plan')
    op.drop_table('network')
    op.drop_index('uq_model_version_champion', table_name='model_version', postgresql_where=sa.text('is_champion'))
    op.drop_table('model_version')
    op.drop_index('ix_journal_siren_recorded_at', table_name='journal')
    op.drop_index('ix_journal_event_recorded_at', table_name='journal')
    op.drop_index('ix_journal_actor_id_recorded_at', table_name='journal')
    op.drop_table('journal')
    op.drop_index(op.f('ix_department_region_code'), table_name='department')
    op.drop_table('department')
    op.drop_index('ix_company_series_siren', table_name='company_series')
    op.drop_table('company_series')
    op.drop_index('ix_company_name_sort_trgm', table_name='company', postgresql_using='gin', postgresql_ops={'name_sort': 'gin_trgm_ops'})
    op.drop_index('ix_company_departments', table_name='company', postgresql_using='gin')
    op.drop_index('ix_company_department', table_name='company')
    op.drop_table('company')
    op.drop_index('uq_agent_email_lower', table_name='agent')
    op.drop_table('agent')
