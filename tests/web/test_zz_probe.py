"""Probe."""
import base64, json
from app.core.identity import system_identity
from app.core.unit_of_work import unit_of_work
from tests.factories.cases import open_case
from tests.factories.network import write_comment, network_id
from tests.factories.visits import log_visit
from tests.factories.detections import Alerted, publish_list, entry_of

def cur(*v): return base64.urlsafe_b64encode(json.dumps(v).encode()).decode().rstrip("=")

def test_probe(world, client):
    with unit_of_work(system_identity("t")) as s:
        lid = publish_list(s, Alerted(siren=world.siren_21, department="21")).id
    cid = open_case(world.alice, world.siret_21)
    com = write_comment(world.alice, world.siren_21, to="crp")
    v = log_visit(world.alice, world.siret_21, to="crp")
    e = entry_of(world.siren_21)
    client.sign_in(world.alice)
    bad = []
    def get(p, **k):
        try:
            r = client.get(p, **k)
            st = r.status_code
        except Exception as ex:
            st = repr(ex)[:200]
        if st not in (200, 303, 302, 304, 308, 400, 401,403,404,405,413,422): bad.append((p[:120], st))
        else: print(st, p[:110])
    big = "9"*20
    for p in ["/accompagnements/%s", "/visites/%s", "/commentaires/%s", "/detections/%s", "/detections/avis/%s", "/modele/detection/%s"]:
        for n in [big, "9"*5000, "-1", "2147483648", "%D9%A3", "0", "%00", "1%00"]:
            get(p % n)
    for p in ["/entreprises/%s", "/etablissements/%s", "/entreprises/%s/fil","/donnees/lots/%s"]:
        for n in ["%00", "%ED%A0%80", "a%00b", "%FF", "x"*5000]:
            get(p % n)
    cursors = [cur(10**30), cur(-10**30), cur(True), cur("\x00"), cur("\ud800"), cur(0,"\x00"), cur(0,"\ud800"), cur(10**30, 10**30, "x"), cur(0,0,"\x00"), cur("2026-01-01T00:00:00","\x00",1), cur("2026-01-01T00:00:00","feed",10**30), cur("0001-01-01T00:00:00+23:59","feed",1), cur("9999-12-31T23:59:59-23:59","feed",1), cur("2026-01-01T00:00:00","\x00"), cur("x","y"), base64.urlsafe_b64encode(b"["*100000).decode(), "é", "%00", "A", cur(float("nan"),"x"), cur(float("nan"), 1, "x"), cur({},[]), cur(1.5)]
    for p in ["/?suite=","/fil?suite=","/accompagnements?suite=","/notifications?suite=","/recherche?q=forges&suite=","/donnees?suite=", f"/entreprises/{world.siren_21}/fil?suite=", f"/entreprises/{world.siren_21}?etablissements=","/detections?curseur="]:
        for c in cursors: get(p+c)
    for p in ["/recherche?q=%00","/recherche?q=a%00b", "/recherche?q=%ED%A0%80", "/recherche?q=%F0%9F%98%80x","/recherche?q="+"a"*5000, "/recherche?q=%25%25%25", "/recherche?q=\\\\", "/recherche?q=%C2%B2%C2%B3%C2%B9", "/recherche?q=%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5%D9%A6%D9%A7%D9%A8%D9%A9", "/detections?x=%00","/detections?niveau=%00","/detections?departement=%00&departement=75","/detections?effectif_min=-1&effectif_min="+"9"*5000,"/detections?effectif_min=%D9%A3","/detections?tri=%00&sens=x","/detections?source=%00","/detections?procedure=x", "/accompagnements?etat=%00&reseau=%00&criticite=x&departement=99", f"/detections/{lid}/export.xlsx?x=%00", f"/detections/{lid}/export.xlsx?niveau=%00", "/connexion?next=%00", "/brouillons/effacement?formulaire=%00","/brouillons/effacement?formulaire=//evil","/?x=%00","//evil.com/x", "/impact?since=x"]:
        get(p)
    for raw in ["q=\xe9", "q=%zz", "\xff=1"]:
        get("/recherche", query_string=None, environ_overrides={"QUERY_STRING": raw})
        get("/", environ_overrides={"QUERY_STRING": raw})
        get("/detections", environ_overrides={"QUERY_STRING": raw})
    get("/", environ_overrides={"PATH_INFO": "/entreprises/\xff\xfe"})
    get("/", headers={"Host": "evil\x01"}) if False else None
    get("/", headers={"Host": "evil.example"})
    get("/", headers={"Cookie": "vigie=abc; scheme=\xff"})
    def post(p, form, page=None, **k):
        try:
            r = client.submit(p, form, page=page, **k); st = r.status_code
        except Exception as ex:
            st = repr(ex)[:300]
        if st not in (200, 204, 303, 302, 400, 401,403,404,405,413,422): bad.append(("POST", p[:120], str(form)[:80], st))
        else: print(st, "POST", p[:100], str(form)[:80])
    crp = network_id("crp")
    for nul in ["a\x00b", "\x00", "\ud800".encode("utf-8","surrogatepass").decode("latin1"), "a"*200_000]:
        post(f"/entreprises/{world.siren_21}/commentaires", {"body": nul, "network_id": crp})
        post(f"/entreprises/{world.siren_21}/commentaires", {"body": "x", "network_id": nul})
        post(f"/accompagnements/{cid}/commentaires", {"body": nul, "network_id": crp})
        post(f"/accompagnements/{cid}/modification", {"criticality": nul, "context": nul})
        post(f"/accompagnements/{cid}/modification", {"criticality": "none", "context": nul})
        post(f"/accompagnements/{cid}/etat", {"state": "en_cours", "reason": nul})
        post(f"/accompagnements/{cid}/membres", {"agent_id": nul, "role": "participant"})
        post(f"/accompagnements/{cid}/cloture", {"outcome": nul, "occurred_on": nul, "jobs_at_stake": nul, "jobs_kept": nul, "comment": nul})
        post(f"/etablissements/{world.siret_21}/visite", {"visited_on":"2026-01-01","channel":"visio","contact_result":"repondu","verdict":"confirmee","network_id":crp,"body":nul,"people_met":nul,"next_step":nul})
        post(f"/etablissements/{world.siret_21}/visite", {"visited_on":nul,"channel":nul,"contact_result":nul,"verdict":nul,"severity":nul,"nature":nul,"network_id":nul,"next_step_on":nul})
        post(f"/entreprises/{world.siren_21}/signaler", {"source": "interne", "comment": nul})
        post(f"/entreprises/{world.siren_21}/signaler", {"source": nul, "comment": nul})
        post(f"/entreprises/{world.siren_21}/suivre", {"level": nul})
        post(f"/detections/avis/{e}", {"is_useful": "oui", "comment": nul})
        post(f"/detections/avis/{e}", {"is_useful": "non", "reasons": nul, "comment": nul})
        post(f"/commentaires/{com}", {"body": nul})
        post(f"/brouillons?formulaire=/x", {"body": nul, nul[:50]: "x"}, page=f"/entreprises/{world.siren_21}/commentaires")
        post("/notifications", {"notification_id": nul}, page=f"/entreprises/{world.siren_21}/commentaires")
        post("/notifications", {"notification_id": "9"*20}, page=f"/entreprises/{world.siren_21}/commentaires")
        post("/connexion", {"email": nul, "password": nul})
        post("/connexion", {"email": "a@b.c", "password": nul})
        post("/connexion", {"email": nul, "password": "x"})
    post(f"/entreprises/{world.siren_21}/commentaires", {"body": "a"*5_000_000, "network_id": crp})
    for d in ["0001-01-01","9999-12-31","2026-02-30","0000-00-00"," 2026-01-01","２０２６-01-01"]:
        post(f"/etablissements/{world.siret_21}/visite", {"visited_on":d,"channel":"visio","contact_result":"repondu","verdict":"confirmee","network_id":crp,"next_step_on": d})
        post(f"/accompagnements/{cid}/cloture", {"outcome": "stabilisee", "occurred_on": d})
    for p in ["/", f"/entreprises/{world.siren_21}", f"/accompagnements/{cid}", "/fil", "/accompagnements"]: get(p)
    client.sign_in(world.manager)
    for q in ["since=0001-01-01","until=9999-12-31","since=9999-12-31&until=0001-01-01","since=x","departement=75","departement=%00","since=%00","since=2026-01-01&since=x"]: get("/impact?"+q)
    client.sign_in(world.admin)
    for d in ["0001-01-01","9999-12-31","x","\x00"]: post("/modele/detection", {"as_of": d})
    print("=== BAD"); 
    for b in bad: print(b)
    assert not bad
