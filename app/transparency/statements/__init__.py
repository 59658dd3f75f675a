"""The statement of processing of a firm: what is known of it, from where and when, what weighed, who looked; as far as its maker reads."""
