"""What a provider must never do, done on demand, to catch a client that does not check."""

from enum import StrEnum, auto


class Misbehaviour(StrEnum):
    """A fault in the responses."""

    #: the level returned is lower than the essential one, or missing
    ACR_IGNORED = auto()
    ACR_MISSING = auto()
    #: the id_token expired an hour ago
    EXPIRED_ID_TOKEN = auto()
    #: the id_token is signed with the service's secret, with an unpublished key, or not at all
    ID_TOKEN_OF_SECRET = auto()
    ID_TOKEN_OTHER_KEY = auto()
    ID_TOKEN_UNSIGNED = auto()
    #: the discovery document is another issuer's, or its token endpoint is elsewhere
    DISCOVERY_OF_ANOTHER = auto()
    DISCOVERY_LEADS_AWAY = auto()
    #: the userinfo has no e-mail address, or one that no database can hold
    NO_EMAIL = auto()
    NUL_IN_EMAIL = auto()
    #: the authorisation ends in an error
    SERVER_ERROR = auto()
    #: the token response is late, or is an HTML page
    SLOW = auto()
    TOKEN_NOT_JSON = auto()
    #: the userinfo is unsigned, for another service, signed with an unpublished key, or about somebody else
    USERINFO_JSON = auto()
    USERINFO_OTHER_AUDIENCE = auto()
    USERINFO_OTHER_KEY = auto()
    USERINFO_OTHER_SUB = auto()
    #: the id_token is for another service, from another provider, or for another request
    WRONG_AUDIENCE = auto()
    WRONG_ISSUER = auto()
    WRONG_NONCE = auto()
