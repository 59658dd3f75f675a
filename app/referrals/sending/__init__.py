"""« Orienter » from an accompagnement: the consent of the firm, what is sent shown word for word, what comes back.

- ``hearing``: what follows the answers to a need, in its accompagnement.
- ``panels``: what the page of an accompagnement shows of its needs.
- ``preparing``: what would be sent, to whom, and why, before anything is.
"""
