-- A hundred thousand issues of a public project of Redmine 5.0; one in fifty is watched by the project's fifty members.
-- :issues, :members and :key are given by whoever runs it.
insert into settings (name, value, updated_on) values ('rest_api_enabled', '1', now()), ('default_language', 'fr', now());
insert into projects (id, name, identifier, is_public, status, lft, rgt, created_on, updated_on)
values (1, 'Suivi', 'suivi', true, 1, 1, 2, now(), now());
insert into enabled_modules (project_id, name) values (1, 'issue_tracking');
insert into projects_trackers (project_id, tracker_id) select 1, id from trackers;
insert into users (id, login, firstname, lastname, status, type, language, mail_notification, created_on, updated_on)
select 100 + n, 'membre' || n, 'Membre', 'Fictif ' || n, 1, 'User', 'fr', 'only_my_events', now(), now()
from generate_series(0, :members) n;
insert into email_addresses (user_id, address, is_default, notify, created_on, updated_on)
select 100 + n, 'membre' || n || '@exemple.invalid', true, true, now(), now() from generate_series(0, :members) n;
insert into members (id, user_id, project_id, created_on) select 100 + n, 100 + n, 1, now() from generate_series(0, :members) n;
insert into member_roles (member_id, role_id)
select 100 + n, (select min(id) from roles where builtin = 0) from generate_series(0, :members) n;
insert into tokens (user_id, action, value, created_on, updated_on) values (100, 'api', ':key', now(), now());
insert into issues (id, tracker_id, project_id, subject, description, status_id, priority_id, author_id, assigned_to_id, created_on, updated_on,
    start_date, root_id, lft, rgt)
select n, 1 + n % 3, 1,
    (array['BOULANGERIE','GARAGE','TRANSPORT','MENUISERIE','SCIERIE','COIFFURE','FONDERIE','IMPRIMERIE','RESTAURANT','PHARMACIE'])[1 + n % 10]
    || ' ' || (array['MARTIN','DURAND','LEFEVRE','GIRARD','BERNARD','PERRIC','COLLAS','ROUSSEL','CHEVALIER','BONNET','FORGES','CARPEN'])[1 + n / 10 % 12]
    || ' ' || 300000000 + n,
    'Dette sociale et activité partielle : à suivre.', 1 + n % 4, 1 + n % 5, 100, 101 + n % :members,
    now() - n % 900 * interval '1 day', now() - n % 300 * interval '1 day', current_date - n % 900, n, 1, 2
from generate_series(1, :issues) n;
insert into watchers (watchable_type, watchable_id, user_id)
select 'Issue', issue, 100 + member from generate_series(50, :issues, 50) issue, generate_series(1, :members) member;
select setval(pg_get_serial_sequence(name, 'id'), 200000)
from unnest(array['projects', 'users', 'members', 'issues']) name;
