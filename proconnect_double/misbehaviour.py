"""What a provider must never do, done on demand: a client that does not check is found out."""

from enum import StrEnum, auto


class Misbehaviour(StrEnum):
    """One fault of the answers."""

    #: the level said is lower than the essential one, or is not said
    ACR_IGNORED = auto()
    ACR_MISSING = auto()
    #: the id_token expired an hour ago
    EXPIRED_ID_TOKEN = auto()
    #: the id_token is signed by the service's secret, by a key that is not published, by nobody
    ID_TOKEN_OF_SECRET = auto()
    ID_TOKEN_OTHER_KEY = auto()
    ID_TOKEN_UNSIGNED = auto()
    #: the discovery document speaks for another issuer, or sends elsewhere for the token
    DISCOVERY_OF_ANOTHER = auto()
    DISCOVERY_LEADS_AWAY = auto()
    #: the userinfo has no address
    NO_EMAIL = auto()
    #: the authorisation ends by an error
    SERVER_ERROR = auto()
    #: the token is late, or is a page
    SLOW = auto()
    TOKEN_NOT_JSON = auto()
    #: the userinfo is not signed, is meant for another service, is signed by an unpublished key, is somebody else's
    USERINFO_JSON = auto()
    USERINFO_OTHER_AUDIENCE = auto()
    USERINFO_OTHER_KEY = auto()
    USERINFO_OTHER_SUB = auto()
    #: the id_token is meant for another service, comes from another provider, answers another request
    WRONG_AUDIENCE = auto()
    WRONG_ISSUER = auto()
    WRONG_NONCE = auto()
