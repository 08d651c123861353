//! The body of an answer, which may end before the length that its headers promise.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

/// What follows the headers of an answer.
#[derive(Debug)]
pub struct Body {
    bytes: Option<Bytes>,
    end: End,
}

#[derive(Debug)]
enum End {
    /// All the bytes came.
    Whole,
    /// The connection is about to break: the reader gets what was sent, then an error.
    Flushing,
    Broken,
    /// The error was told; nothing follows.
    Over,
}

impl Body {
    /// A body that arrives as it should.
    pub fn whole(bytes: Bytes) -> Self {
        Self { bytes: Some(bytes), end: End::Whole }
    }

    /// The first half of `bytes`, and then a lost connection.
    pub fn cut(bytes: &Bytes) -> Self {
        Self { bytes: Some(bytes.slice(..bytes.len() / 2)), end: End::Flushing }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(bytes) = self.bytes.take().filter(|bytes| !bytes.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.end {
            End::Whole | End::Over => Poll::Ready(None),
            End::Flushing => {
                // One pause, so that a server writes what it has to the socket before the connection breaks.
                self.end = End::Broken;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            End::Broken => {
                self.end = End::Over;
                let lost =
                    io::Error::new(io::ErrorKind::UnexpectedEof, "the connection closed within the body");
                Poll::Ready(Some(Err(lost)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && matches!(self.end, End::Whole | End::Over)
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.bytes, &self.end) {
            (Some(bytes), End::Whole) => SizeHint::with_exact(bytes.len() as u64),
            // The length that the headers promise is a lie here, so none is given.
            _ => SizeHint::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn a_whole_body_says_its_length_and_arrives() {
        let body = Body::whole(Bytes::from_static(b"abcd"));
        assert_eq!(body.size_hint().exact(), Some(4));
        assert_eq!(body.collect().await.unwrap().to_bytes(), "abcd");
    }

    #[tokio::test]
    async fn a_cut_body_gives_its_first_half_and_then_an_error() {
        let mut body = Body::cut(&Bytes::from_static(b"abcd"));
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(first, "ab");
        assert_eq!(body.frame().await.unwrap().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert!(body.frame().await.is_none());
    }
}
