"""samba-people.py SMB.CONF SAM.LDB: the people and groups of the tests, in one process, before the server starts.

Each person has the password Passw0rd-NAME. What is special about one is in its name.
"""
import sys
import time

import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

config, database = sys.argv[1:3]
parameters = LoadParm()
parameters.load(config)
sam = SamDB(url=database, session_info=system_session(), lp=parameters)
base = str(sam.domain_dn())
staff = "OU=Staff," + base


def change(dn, attribute, value, controls=()):
    message = ldb.Message(ldb.Dn(sam, dn))
    message[attribute] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, attribute)
    sam.modify(message, controls=list(controls))


def ticks(offset_seconds):
    """100-nanosecond steps since 1601 (MS-DTYP, FILETIME)."""
    return str(int((time.time() + offset_seconds + 11644473600) * 10**7))


day = 86400
sam.transaction_start()
change(base, "pwdProperties", "0")  # no complexity: the passwords are for reading
change(base, "minPwdAge", "0")
change(base, "maxPwdAge", str(-42 * day * 10**7))
change(base, "lockoutThreshold", "3")
change(base, "lockoutDuration", str(-1800 * 10**7))
change(base, "lockOutObservationWindow", str(-1800 * 10**7))
sam.add({"dn": staff, "objectClass": "organizationalUnit"})
for name in ["svc", "alice", "bob", "alicé", "disabled", "mustchange", "expired", "ended", "locked", "hours", "station", "many"]:
    sam.newuser(name, "Passw0rd-" + name, userou="OU=Staff", givenname=name, surname="Test", mailaddress=name + "@corp.test")
for name in ["devs", "engineering", "everyone-eng"]:
    sam.newgroup(name)
sam.add_remove_group_members("devs", ["alice"])
sam.add_remove_group_members("engineering", ["devs"])
sam.add_remove_group_members("everyone-eng", ["engineering"])


def person(name):
    return str(sam.search(base, expression="(sAMAccountName=%s)" % name, attrs=[])[0].dn)


# A name that a DN and a filter have to escape.
sam.add({"dn": "CN=Finance\\, (Ops)*," + staff, "objectClass": "group", "sAMAccountName": "finance-ops", "member": person("bob")})
# A person in more groups than one page of a search holds: written without the checks of newgroup.
for number in range(240):
    name = "team-%03d" % number
    sam.add({"dn": "CN=%s,OU=Staff,%s" % (name, base), "objectClass": "group", "sAMAccountName": name,
             "member": person("many")})
sam.transaction_commit()


change(person("disabled"), "userAccountControl", "514")
change(person("mustchange"), "pwdLastSet", "0")
change(person("ended"), "accountExpires", ticks(-day))
change(person("hours"), "logonHours", b"\0" * 21)
change(person("station"), "userWorkstations", "SOMEWHERE-ELSE")
# A UPN that differs from the account's name, and one that another account has as its implicit name.
change(person("bob"), "userPrincipalName", "robert@corp.test")
# Backdated: the control is how Samba lets its own tools do that.
change(person("expired"), "pwdLastSet", ticks(-100 * day), ["local_oid:1.3.6.1.4.1.7165.4.3.20:0"])
