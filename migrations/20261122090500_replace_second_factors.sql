-- Whoever must have a second factor changes to another device, too: its secret waits beside the one in force until its first code.
ALTER TABLE totp_factors
    ADD next_secret_sealed bytea,
    ADD next_created_at timestamptz,
    ADD CONSTRAINT totp_factors_next_complete CHECK ((next_secret_sealed IS NULL) = (next_created_at IS NULL)),
    ADD CONSTRAINT totp_factors_next_follows_confirmed CHECK (next_secret_sealed IS NULL OR confirmed_at IS NOT NULL);
COMMENT ON COLUMN totp_factors.next_secret_sealed IS 'Of a new app that no code was entered for yet, sealed likewise. With its first code it takes the place of secret_sealed.';
COMMENT ON COLUMN totp_factors.next_created_at IS 'When that was made: it waits for its first code for a short time only.';

-- Those of before had 50 bits, so whoever had a copy of the table had the codes. New ones have another form, by which these can't be
-- entered any more; they shall not be counted as left either.
DELETE FROM recovery_codes;
