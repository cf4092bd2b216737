//! CRC and COBS around one message.
